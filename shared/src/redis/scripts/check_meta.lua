-- Audits whether {acd}:meta was lost. It alone holds the settings and whether the ACD is closed.
-- KEYS: meta. ARGV: time, 'repair' or '', how many agents are examined at most.
-- Reply: {{{finding, repaired}..}}.
begin_check()

-- Closing marks the agents that it makes unavailable, and opening removes the mark.
local function is_closed_by_marks()
  for _, id in ipairs(call('ZRANGE', AWAY, 0, ARGV[3] - 1)) do
    local agent = look_at_agent(id)
    if agent and (agent.mark == 'closed' or agent.next_mark == 'closed') then return true end
  end
  return false
end

local gone = is_meta_lost()
if gone or call('HEXISTS', META, 'lost') == 1 then
  local closes = call('HEXISTS', META, 'closed') == 0 and is_closed_by_marks()
  find(META .. (gone and ' is gone' or ' was lost, and was begun anew') .. ': what was set for the ACD, and'
    .. ' whether it was closed, cannot be known any more. It is '
    .. (closes and 'open, but closing took agents off who are not back: --repair closes it again. Open it if that'
      or (call('HEXISTS', META, 'closed') == 1 and 'closed' or 'open') .. '. Open or close it if that')
    .. ' is not right (POST /acd), and set again what was set (PATCH /acd/settings)', function()
    touch()
    call('HDEL', META, 'lost')
    if call('EXISTS', TYPES) == 1 then call('HSET', META, 'pauses', '1') end
    call('HSET', META, 'event', int(last_event))
    meta_lost = false
    if closes then close_floor() end
  end)
end
return { found }
