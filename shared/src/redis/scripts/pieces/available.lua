-- The routable agents: {acd}:available:* lists all, {acd}:available:<skill> those with a skill. An
-- agent's score is the same in every list: the tick since when they are available.
--
-- Uses base: AVAILABLE, META, call, decode, run.
-- Uses profile: ANY.
-- Uses count: more_idle.

-- Returns the lists of agents with these skills.
local function lists_with(skills)
  local lists = { AVAILABLE .. ANY }
  for i = 1, #skills do lists[i + 1] = AVAILABLE .. skills[i] end
  return lists
end

-- Returns the lists that an agent is on while they are routable.
local function lists_of(agent)
  if not agent.lists then agent.lists = lists_with(agent.skills) end
  return agent.lists
end

-- Returns skills, given as the text in a document, and the lists of their holders. Do not modify
-- either. They are cached between calls, since agents mostly hold the same few hundred sets of
-- skills.
local skills_and_lists
do
  local MOST_SETS = 1000
  local sets, how_many_sets, sets_of_acd = {}, 0, nil
  skills_and_lists = function(json)
    if sets_of_acd ~= META or how_many_sets == MOST_SETS then
      sets, how_many_sets, sets_of_acd = {}, 0, META
    end
    local set = sets[json]
    if not set then
      local skills = decode(json)
      set = { skills, lists_with(skills) }
      sets[json], how_many_sets = set, how_many_sets + 1
    end
    return set[1], set[2]
  end
end

-- `since` is a number as text.
local function put_on_lists(agent, since)
  local id, lists = agent.id, lists_of(agent)
  for i = 1, #lists do
    if run('ZADD', lists[i], since, id) ~= 1 then call('ZADD', lists[i], since, id) end
  end
end

local function take_off_lists(agent)
  local id, lists = agent.id, lists_of(agent)
  for i = 1, #lists do
    if run('ZREM', lists[i], id) ~= 1 then call('ZREM', lists[i], id) end
  end
end

-- Lists an agent who becomes available.
local function list(agent, since)
  put_on_lists(agent, since)
  more_idle = more_idle + 1
end

-- Removes an agent from the lists, if they are available.
local function unlist(agent)
  if not agent.since then return end
  take_off_lists(agent)
  more_idle = more_idle - 1
end

-- Returns the first agent in a range of a list who is on all the lists, and the size of the range.
local function first_on_all(keys, list, from, to)
  local ids = call('ZRANGE', list, from, to)
  for i = 1, #ids do
    local id, on_all = ids[i], true
    for k = 1, #keys do
      if keys[k] ~= list and not call('ZSCORE', keys[k], id) then
        on_all = false
        break
      end
    end
    if on_all then return id, #ids end
  end
  return nil, #ids
end

-- The ranges of successive searches; the agent is usually among the first.
local LOOKS = { { '0', '3' }, { '4', '15' }, { '16', '63' } }

-- Returns the longest available agent who holds all of the skills.
local function longest_available(skills)
  if #skills < 2 then return call('ZRANGE', AVAILABLE .. (skills[1] or ANY), '0', '0')[1] end
  local keys = {}
  for i = 1, #skills do keys[i] = AVAILABLE .. skills[i] end
  -- This finds most agents at once, whichever list is searched.
  local found, seen = first_on_all(keys, keys[1], '0', '3')
  if found or seen < 4 then return found end
  local shortest, fewest = nil, math.huge
  for i = 1, #keys do
    local listed = call('ZCARD', keys[i])
    if listed < fewest then shortest, fewest = keys[i], listed end
  end
  for _, look in ipairs(LOOKS) do
    found = first_on_all(keys, shortest, look[1], look[2])
    if found or fewest <= look[2] + 1 then return found end
  end
  local query = { 'ZINTER', #keys }
  for _, key in ipairs(keys) do query[#query + 1] = key end
  query[#query + 1] = 'AGGREGATE'
  query[#query + 1] = 'MIN'
  return call(unpack(query))[1]
end
