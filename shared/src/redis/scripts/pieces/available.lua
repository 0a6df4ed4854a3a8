-- The routable agents: {acd}:available:* lists all, {acd}:available:<skill> those with a skill. An
-- agent's score is the same in every list: the tick since when they are available.
--
-- Uses base: AVAILABLE, META, SETS, call, decode, run, try.
-- Uses call: put_aside, wrong_type.
-- Uses profile: ANY.
-- Uses count: more_idle.
-- Uses idle: in_line, join_line, leave_line, line_of, search_sets.

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

-- Returns skills, given as the text in a document, the lists of their holders, and the set of their
-- line. Do not modify any. They are cached between calls, since agents mostly hold the same few
-- hundred sets of skills.
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
      set = { skills, lists_with(skills), line_of({ skills = skills }) }
      sets[json], how_many_sets = set, how_many_sets + 1
    end
    return set[1], set[2], set[3]
  end
end

-- `since` is a number as text.
local function put_on_lists(agent, since)
  local id, lists = agent.id, lists_of(agent)
  for i = 1, #lists do
    if run('ZADD', lists[i], since, id) ~= 1 then call('ZADD', lists[i], since, id) end
  end
  join_line(agent, since)
end

local function take_off_lists(agent)
  local id, lists = agent.id, lists_of(agent)
  for i = 1, #lists do
    if run('ZREM', lists[i], id) ~= 1 then call('ZREM', lists[i], id) end
  end
  leave_line(agent)
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

local is_listed, longest_available
do
  -- Whether all available agents are in lines: those whom an earlier version made available are not,
  -- until the sweep has put them there.
  local function has_lines() return call('HGET', META, 'lined') == '1' end

  -- Returns whether an agent is on all the lists where they belong, or what is missing.
  is_listed = function(agent)
    for _, key in ipairs(lists_of(agent)) do
      if tonumber(call('ZSCORE', key, agent.id) or -1) ~= agent.since then return false, key end
    end
    return in_line(agent) or not has_lines(), 'a line of idle agents'
  end

  -- Returns the longest available agent who holds all of the skills. If they are found in a line, the
  -- second result is its set. The third is set if there are too many lines for one script: where to
  -- go on.
  longest_available = function(skills)
    if #skills < 2 then return call('ZRANGE', AVAILABLE .. (skills[1] or ANY), '0', '0')[1] end
    local keys = {}
    for i = 1, #skills do keys[i] = AVAILABLE .. skills[i] end
    -- Where most agents hold much the same skills, this is enough.
    local first, holds_all = call('ZRANGE', keys[1], '0', '0')[1], true
    if not first then return nil end
    for i = 2, #keys do holds_all = holds_all and call('ZSCORE', keys[i], first) end
    if holds_all then return first end
    if has_lines() then
      local read, found, set, rest = try(search_sets, skills)
      if read then return found, set, rest end
      -- Another client gave a key a wrong type. The next sweep puts all agents in lines again.
      for i = 1, #skills do
        if wrong_type(SETS .. skills[i]) then put_aside(SETS .. skills[i]) end
      end
      call('HDEL', META, 'lined')
    end
    local query = { 'ZINTER', #keys }
    for _, key in ipairs(keys) do query[#query + 1] = key end
    query[#query + 1] = 'AGGREGATE'
    query[#query + 1] = 'MIN'
    return call(unpack(query))[1]
  end
end
