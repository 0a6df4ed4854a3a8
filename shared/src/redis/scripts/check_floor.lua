-- Audits the totals of the floor.
-- KEYS: meta. ARGV: time, 'repair' or '', the most lines that are added up.
-- Reply: {{{finding, repaired}..}}.
begin_check()
local since_added = tallied()
local function number(name)
  return count_of(call('HGET', COUNTS, name), since_added[name])
end

-- Earlier versions count created contacts as 'offered'.
local created = number('created') + number('offered')
local waiting, busy = call('ZCARD', QUEUE), call('ZCARD', BUSY) + call('ZCARD', OFFERED)
local sum = number('handled') + number('abandoned') + number('cancelled') + waiting + busy
if created ~= sum then
  find(int(created) .. ' contacts were created, and ' .. int(sum) .. ' are waiting, assigned or over')
end

local newest = whole(call('HGET', META, 'event')) or 0
local logged = end_of_log()
if newest ~= logged then
  -- Both continue after the greater one, so that no number is used twice.
  local lost = logged < newest and ': what happened last cannot be known any more, and numbers go on' or ''
  find('the newest event is number ' .. int(newest) .. ', and the log ends with ' .. int(logged) .. lost, function()
    touch()
    if lost ~= '' then end_log_with(newest) else call('HSET', META, 'event', int(logged)) end
  end)
end

-- The minute of the last snapshot is in {acd}:meta, too.
if call('HEXISTS', META, 'minute') == 1 and call('EXISTS', MINUTES) == 0 then
  find(MINUTES .. ' is gone: what was counted up to earlier minutes cannot be known any more, and figures look'
    .. ' back to now', function()
    touch()
    call('HDEL', META, 'minute')
  end)
end

-- The log has the newest deletions of agents, too. `run`: a log of a wrong type was reported.
do
  local LOOKED_AT = 1000
  local log = run('XRANGE', EVENTS, int(math.max(logged - LOOKED_AT, 0)), '+', 'COUNT', LOOKED_AT)
  local deleted, lost = {}, {}
  for _, entry in ipairs(log.err and {} or log) do
    local fields = {}
    for place = 1, #entry[2], 2 do fields[entry[2][place]] = entry[2][place + 1] end
    for line in string.gmatch(fields.events or '', '[^\n]+') do
      local read, event = try(decode, line)
      if read and type_of(event) == 'table' and event.type == 'agent_deleted' and tonumber(fields.at) then
        deleted[event.agent] = tonumber(fields.at)
      end
    end
  end
  for id, at in pairs(deleted) do
    if tonumber(call('ZSCORE', DELETED, id) or 0) < at then lost[#lost + 1] = id end
  end
  if lost[1] then
    table.sort(lost)
    find('that ' .. lost[1] .. (lost[2] and ' and others were' or ' was') .. ' deleted is not in ' .. DELETED
      .. ', so an older token would be valid for a new agent with that id: --repair takes it from the log.'
      .. ' Deletions that the log does not have cannot be known any more: revoke tokens of agents who are gone',
      function()
        touch(DELETED)
        for _, id in ipairs(lost) do call('ZADD', DELETED, int(deleted[id]), id) end
      end)
  end
end

if call('HLEN', ANCHORS) <= tonumber(ARGV[3]) then
  local lines, demand = 0, {}
  for _, profile in ipairs(call('HKEYS', ANCHORS)) do
    local length = call('ZCARD', WAITING .. profile)
    lines = lines + length
    if profile ~= LONG then
      for _, skill in ipairs(skills_of(profile)) do demand[skill] = (demand[skill] or 0) + length end
    end
  end
  if lines ~= waiting then
    find(int(waiting) .. ' contacts are in the queue, and ' .. int(lines) .. ' in the lines of profiles')
  end
  for skill, wanted in pairs(demand) do
    if wanted > 0 and not call('ZSCORE', SKILLS, skill) then
      find('the skill ' .. skill .. ' is needed by contacts and not on the list of skills', function()
        touch(SKILLS)
        call('ZADD', SKILLS, 0, skill)
      end)
    end
  end
  local right = true
  local kept = call('HGETALL', DEMAND)
  for place = 1, #kept, 2 do
    local skill = kept[place]
    if skill ~= LONG and demand[skill] ~= tonumber(kept[place + 1]) then right = false end
  end
  for skill, wanted in pairs(demand) do
    if tonumber(call('HGET', DEMAND, skill) or 0) ~= wanted then right = false end
  end
  if not right then
    find('how many wait for each skill is not what is kept of it', function()
      touch(DEMAND)
      call('DEL', DEMAND)
      for skill, wanted in pairs(demand) do
        if wanted > 0 then call('HSET', DEMAND, skill, wanted) end
      end
    end)
  end
end
return { found }
