-- Opens or closes the ACD and begins to update its agents.
-- KEYS: meta. ARGV: time, 'open' or 'closed'. Reply: 1 if agents remain (continue_floor), else 0; 1
-- if it was open before, else 0.
touch(AGENTS)
if ARGV[2] == 'open' then
  call('HDEL', META, 'closed')
  emit('{"type":"acd_opened"}')
  call('HSET', META, 'bulk', 'away +inf')
else
  close_floor()
end
return { step_open_or_close() and 1 or 0, closed and 0 or 1 }
