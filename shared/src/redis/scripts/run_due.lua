-- Applies due deadlines, at most MOST_DEADLINES, and continues unfinished operations on the whole
-- floor. Any process may run it at any time.
-- KEYS: meta. ARGV: time. Reply: {applied, repaired, when to run it again, now}, times in
-- milliseconds.
local more = step_floor()
local applied, repaired = 0, 0
touch()
-- Never later than this, as it would be after a clock that had jumped ahead.
call('ZADD', DEADLINES, 'LT', now_ms + FIXED.SWEEP_EVERY, 'sweep')
if pauses then
  for _, id in ipairs(call('ZRANGEBYSCORE', OFFERED, '-inf', now_ms, 'LIMIT', 0, FIXED.MOST_DEADLINES)) do
    local agent = look_at_agent(id)
    if agent and agent.activity == 'offered' then miss(agent) else call('ZREM', OFFERED, id) end
    applied = applied + 1
  end
  for _, id in ipairs(call('ZRANGEBYSCORE', WRAP_UP, '-inf', now_ms, 'LIMIT', 0, FIXED.MOST_DEADLINES - applied)) do
    local agent = look_at_agent(id)
    if agent and agent.activity == 'wrap_up' then
      local work = work_when_free(agent)
      touch(routing_keys(agent, work), WRAP_UP)
      end_wrap_up(agent, work)
    else
      call('ZREM', WRAP_UP, id)
    end
    applied = applied + 1
  end
  for _, id in ipairs(call('ZRANGEBYSCORE', PENALTY, '-inf', now_ms, 'LIMIT', 0, FIXED.MOST_DEADLINES - applied)) do
    local agent = look_at_agent(id)
    if agent and agent.activity == 'penalty' then
      local work = work_for(agent.skills)
      touch(routing_keys(agent, work), PENALTY)
      agent.penalty, agent.clears = nil, ',"penalty":null'
      make_available(agent, work)
    else
      call('ZREM', PENALTY, id)
    end
    applied = applied + 1
  end
end
for _, due in ipairs(call('ZRANGEBYSCORE', DEADLINES, '-inf', now_ms, 'LIMIT', 0, FIXED.MOST_DEADLINES - applied)) do
  if due == 'sweep' then
    local found, unfinished = sweep()
    bring_back_times()
    repaired = repaired + found
    call('ZADD', DEADLINES, now_ms + (unfinished and 50 or FIXED.SWEEP_EVERY), 'sweep')
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
for _, list in ipairs(pauses and { OFFERED, WRAP_UP, PENALTY } or {}) do
  next = math.min(next, tonumber(call('ZRANGE', list, 0, 0, 'WITHSCORES')[2]) or next)
end
return { applied, repaired, math.min(math.max(next, 0), now_ms + FIXED.SWEEP_EVERY), now_ms }
