-- The routable agents: {acd}:available:* holds all, {acd}:available:<skill> those with a skill.
-- Each has one stamp, the tick since when, the same in every list.

-- Gives the lists that an agent stands on while he is routable.
local function lists_of(agent)
  if not agent.lists then
    agent.lists = { AVAILABLE .. ANY }
    for i, skill in ipairs(agent.skills) do agent.lists[i + 1] = AVAILABLE .. skill end
  end
  return agent.lists
end

-- `since` is the text of a number.
local function put_on_lists(agent, since)
  for _, key in ipairs(lists_of(agent)) do call('ZADD', key, since, agent.id) end
end

local function take_off_lists(agent)
  for _, key in ipairs(lists_of(agent)) do call('ZREM', key, agent.id) end
end

-- An agent begins to wait for contacts.
local function list(agent, since)
  put_on_lists(agent, since)
  begin_spell('idle')
end

-- An agent no longer waits for contacts, if he did.
local function unlist(agent)
  if not agent.since then return end
  take_off_lists(agent)
  end_spell('idle')
end

-- How far each look into a list goes: who is sought is usually among its first.
local LOOKS = { { '0', '3' }, { '4', '15' }, { '16', '63' } }

-- Gives the longest available agent who holds every one of the skills.
local function longest_available(skills)
  if #skills < 2 then return call('ZRANGE', AVAILABLE .. (skills[1] or ANY), '0', '0')[1] end
  local keys, shortest, fewest = {}, nil, math.huge
  for i, skill in ipairs(skills) do
    keys[i] = AVAILABLE .. skill
    local listed = call('ZCARD', keys[i])
    if listed < fewest then shortest, fewest = keys[i], listed end
  end
  for _, look in ipairs(LOOKS) do
    if fewest <= tonumber(look[1]) then return nil end
    for _, id in ipairs(call('ZRANGE', shortest, look[1], look[2])) do
      local holds_all = true
      for _, key in ipairs(keys) do
        if key ~= shortest and not call('ZSCORE', key, id) then
          holds_all = false
          break
        end
      end
      if holds_all then return id end
    end
  end
  if fewest <= 64 then return nil end
  local query = { 'ZINTER', #keys }
  for _, key in ipairs(keys) do query[#query + 1] = key end
  query[#query + 1] = 'AGGREGATE'
  query[#query + 1] = 'MIN'
  return call(unpack(query))[1]
end
