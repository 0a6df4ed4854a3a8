-- Applies due deadlines, at most MOST_DEADLINES, and continues unfinished operations on the whole
-- floor. Any process may run it at any time.
-- KEYS: meta. ARGV: time. Reply: {applied, repaired, when to run it again, now}, times in
-- milliseconds.
local more = step_floor()
local applied, repaired = 0, 0
touch()
-- Never later than this, as it would be after a clock that had jumped ahead.
call('ZADD', DEADLINES, 'LT', now_ms + SWEEP_EVERY, 'sweep')
for _, due in ipairs(call('ZRANGEBYSCORE', DEADLINES, '-inf', now_ms, 'LIMIT', 0, MOST_DEADLINES)) do
  if due == 'sweep' then
    local found, unfinished = sweep()
    bring_back_times()
    repaired = repaired + found
    call('ZADD', DEADLINES, now_ms + (unfinished and 50 or SWEEP_EVERY), 'sweep')
  else
    -- Only a finished contact may be deleted, whatever the entry says.
    local id = string.match(due, '^expire:(.+)$')
    local outcomes = id and call('JSON.GET', CONTACT .. id, '$.outcome')
    if outcomes and outcomes ~= '[]' then call('DEL', CONTACT .. id) end
    call('ZREM', DEADLINES, due)
  end
  applied = applied + 1
end
-- The sweep is always among the deadlines, and never far ahead.
local next = more and now_ms or tonumber(call('ZRANGE', DEADLINES, 0, 0, 'WITHSCORES')[2]) or now_ms
return { applied, repaired, math.min(math.max(next, 0), now_ms + SWEEP_EVERY), now_ms }
