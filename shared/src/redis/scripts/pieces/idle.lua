-- The lines of idle agents. They make the search for an agent with several skills grow with how
-- many different sets of skills idle agents have, and not with how many agents are idle.
--
-- {acd}:idle:<set> has the routable agents with exactly these two or more skills, sorted and joined
-- by commas; the scores are those of {acd}:available:*. {acd}:sets:<skill> lists the sets with that
-- skill whose lines are not empty. A set's score there is at most the score of the first agent in
-- its line: it is written when the line begins, and a search that meets a smaller one corrects it.
-- So an agent who leaves a line costs the same however many skills they hold.
--
-- Uses base: AVAILABLE, IDLE, SETS, call, int, run, unguarded.
-- Uses profile: ANY.
local line_of, join_line, leave_line, change_line, in_line, search_sets
do
  -- Returns the set under which an agent is in a line; false if they hold fewer than two skills, as
  -- the list of a skill's holders is enough to find them.
  line_of = function(agent)
    if agent.set == nil then
      agent.set = false
      if #agent.skills > 1 then
        local sorted = { unpack(agent.skills) }
        table.sort(sorted)
        agent.set = table.concat(sorted, ',')
      end
    end
    return agent.set
  end

  -- `since` is at most the score of the first agent in the line.
  local function list_set(set, skills, since)
    for i = 1, #skills do call('ZADD', SETS .. skills[i], 'LT', since, set) end
  end

  -- `since` is a number as text.
  join_line = function(agent, since)
    local set = line_of(agent)
    if not set then return end
    local line = IDLE .. set
    if run('ZADD', line, since, agent.id) ~= 1 then call('ZADD', line, since, agent.id) end
    if unguarded('ZRANK', line, agent.id) == 0 then list_set(set, agent.skills, since) end
  end

  leave_line = function(agent)
    local set = line_of(agent)
    if not set then return end
    local line = IDLE .. set
    if run('ZREM', line, agent.id) ~= 1 then call('ZREM', line, agent.id) end
    if unguarded('EXISTS', line) == 0 then
      for i = 1, #agent.skills do call('ZREM', SETS .. agent.skills[i], set) end
    end
  end

  -- Moves an agent who stays available to the line of their new skills. No two sets may have the
  -- same score, so what they leave must not keep theirs.
  change_line = function(agent, skills, since)
    local set = line_of(agent)
    leave_line(agent)
    local first = set and call('ZRANGE', IDLE .. set, '0', '0', 'WITHSCORES')
    for i = 1, first and first[1] and #agent.skills or 0 do
      call('ZADD', SETS .. agent.skills[i], first[2], set)
    end
    agent.skills, agent.set, agent.lists = skills, nil, nil
    join_line(agent, since)
  end

  -- Returns whether an agent is in their line. For the first of a line, also whether it is listed
  -- under its skills.
  in_line = function(agent)
    local set = line_of(agent)
    if not set then return true end
    if tonumber(call('ZSCORE', IDLE .. set, agent.id) or -1) ~= agent.since then return false end
    if call('ZRANK', IDLE .. set, agent.id) > 0 then return true end
    for i = 1, #agent.skills do
      local score = tonumber(call('ZSCORE', SETS .. agent.skills[i], set))
      if not score or score > agent.since then return false end
    end
    return true
  end

  -- Returns the first agent in the line of a set, and since when they are available, as text.
  -- Returns nil if nobody is there.
  local function first_in_line(set)
    while true do
      local first = call('ZRANGE', IDLE .. set, '0', '0', 'WITHSCORES')
      local id, since = first[1], first[2]
      -- An engine of an earlier version leaves those in their lines whom it assigns.
      if not id or call('ZSCORE', AVAILABLE .. ANY, id) == since then return id, since end
      call('ZREM', IDLE .. set, id)
    end
  end

  -- Gives a set its right score in a list of sets, which only grows. Returns its new place there.
  local function correct(list, set, since, place)
    if call('ZADD', list, 'CH', since, set) == 0 then return place end
    return call('ZRANK', list, set)
  end

  local function rarest_of(skills)
    local rarest, fewest = nil, math.huge
    for i = 1, #skills do
      local sets = call('ZCARD', SETS .. skills[i])
      if sets < fewest then rarest, fewest = skills[i], sets end
    end
    return rarest
  end

  -- Returns the other skills as they stand in the name of a set.
  local function others(skills, skill)
    local found = {}
    for i = 1, #skills do
      if skills[i] ~= skill then found[#found + 1] = ',' .. skills[i] .. ',' end
    end
    return found
  end

  local function holds_all(set, wanted)
    set = ',' .. set .. ','
    for i = 1, #wanted do
      if not string.find(set, wanted[i], 1, true) then return false end
    end
    return true
  end

  -- How many sets one script examines. Reading who is first in a line takes as long as examining ten.
  local MOST_EXAMINED = 500

  -- Returns the longest available agent who holds all of two or more skills, and their set. If it
  -- stops before it knows, it returns nil, nil, and where to go on: a skill, and a score.
  --
  -- Goes through the sets with one of the skills in the order of their scores. No agent is available
  -- for longer than the score of their set, so it ends where the best agent's set is. Scores are
  -- hardly ever read: formatting one takes Redis as long as five names.
  search_sets = function(skills, skill, from)
    local most, anchor = skill and 64 or 16, skill or skills[1]
    local list, wanted = SETS .. anchor, others(skills, anchor)
    local place = from and call('ZCOUNT', list, '-inf', from) or 0
    -- `before_best`: how many sets come before the best agent's.
    local best, best_set, best_since, before_best, examined = nil, nil, math.huge, math.huge, 0
    while true do
      local sets = call('ZRANGE', list, int(place), int(place + most - 1))
      if #sets == 16 and not skill then
        skill, most = rarest_of(skills), 64
        list, wanted = SETS .. skill, others(skills, skill)
      else
        for i = 1, #sets do
          local set, moved = sets[i], false
          if holds_all(set, wanted) then
            examined = examined + 10
            local id, since = first_in_line(set)
            if not id then
              call('ZREM', list, set)
              moved = true
            else
              local new_place = correct(list, set, since, place)
              moved, since = new_place ~= place, tonumber(since)
              if since < best_since then
                best, best_set, best_since, before_best = id, set, since, new_place - place + 1
              end
            end
          end
          if not moved then place = place + 1 end
          before_best = before_best - 1
          if before_best <= 0 then return best, best_set end
        end
        if #sets < most then return best, best_set end
        examined = examined + most
        if examined >= MOST_EXAMINED then
          from = place > 0 and call('ZRANGE', list, int(place - 1), int(place - 1), 'WITHSCORES')[2] or from
          return nil, nil, { skill, from or '-inf' }
        end
      end
    end
  end
end
