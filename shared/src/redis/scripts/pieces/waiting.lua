-- The waiting contacts: {acd}:queue has all, {acd}:waiting:<profile> one line each.
--
-- A line's head, the rank of its first contact, is listed in {acd}:heads:<anchor>. The anchor is
-- the skill of the profile that fewest agents hold, so that few agents look there; {acd}:anchors
-- keeps it while the line is not empty. The anchor of the empty profile is '*', where every agent
-- looks.
--
-- Uses base: ANCHORS, DEMAND, HEADS, QUEUE, SKILLS, STAFFED, WAITING, call, clustered, int, run,
--   type_of, unguarded.
-- Uses profile: ANY, skills_of.
local anchors
local function anchor_of(profile)
  anchors = anchors or {}
  local anchor = anchors[profile] or call('HGET', ANCHORS, profile)
  if not anchor then
    local fewest = math.huge
    anchor = ANY
    for _, skill in ipairs(skills_of(profile)) do
      local staffed = call('ZCARD', STAFFED .. skill)
      if staffed < fewest then anchor, fewest = skill, staffed end
    end
  end
  anchors[profile] = anchor
  return anchor
end

-- Returns the keys that a change of a profile's line may access, for `touch`.
local function line_keys(profile)
  if not clustered then return nil end
  local keys = { WAITING .. profile, HEADS .. anchor_of(profile), ANCHORS, DEMAND, SKILLS }
  for _, skill in ipairs(skills_of(profile)) do keys[#keys + 1] = STAFFED .. skill end
  return keys
end

-- Removes a skill that no agent holds and no waiting contact needs.
local function forget_skill(skill)
  if call('ZCARD', STAFFED .. skill) == 0 and call('HEXISTS', DEMAND, skill) == 0 then
    call('ZREM', SKILLS, skill)
  end
end

local enqueue, dequeue
do
  -- Adds to the number of waiting contacts that need a skill, and returns the new one. `by` is a
  -- number as text.
  local function change_demand(skill, by)
    local demand = run('HINCRBY', DEMAND, skill, by)
    return type_of(demand) == 'number' and demand or call('HINCRBY', DEMAND, skill, by)
  end

  -- `rank` is a number as text.
  enqueue = function(id, profile, rank)
    local line, anchor = WAITING .. profile, anchor_of(profile)
    if run('ZADD', line, rank, id) ~= 1 then call('ZADD', line, rank, id) end
    if run('ZADD', QUEUE, rank, id) ~= 1 then call('ZADD', QUEUE, rank, id) end
    local skills = skills_of(profile)
    for i = 1, #skills do
      if change_demand(skills[i], '1') == 1 then call('ZADD', SKILLS, '0', skills[i]) end
    end
    if unguarded('ZRANK', line, id) == 0 then
      call('HSET', ANCHORS, profile, anchor)
      call('ZADD', HEADS .. anchor, rank, profile)
    end
  end

  dequeue = function(id, profile)
    local line, anchor = WAITING .. profile, anchor_of(profile)
    if run('ZREM', line, id) ~= 1 then call('ZREM', line, id) end
    if run('ZREM', QUEUE, id) ~= 1 then call('ZREM', QUEUE, id) end
    local skills = skills_of(profile)
    for i = 1, #skills do
      if change_demand(skills[i], '-1') == 0 then
        call('HDEL', DEMAND, skills[i])
        forget_skill(skills[i])
      end
    end
    local head = unguarded('ZRANGE', line, '0', '0', 'WITHSCORES')
    if head[1] then
      if run('ZADD', HEADS .. anchor, head[2], profile) ~= 0 then call('ZADD', HEADS .. anchor, head[2], profile) end
    else
      call('ZREM', HEADS .. anchor, profile)
      call('HDEL', ANCHORS, profile)
    end
  end
end

-- Returns whether an agent who holds these skills serves a profile.
local function serves(held, profile)
  local skills = skills_of(profile)
  for i = 1, #skills do
    if not held[skills[i]] then return false end
  end
  return true
end

-- Returns the profile whose first contact is the best-ranked that an agent with these skills
-- serves. Heads are ordered by rank, so the first that fits is the best of its list.
local function best_profile(skills)
  if call('EXISTS', QUEUE) == 0 then return nil end
  local held = {}
  for i = 1, #skills do held[skills[i]] = true end
  local best, best_in, better_than = nil, nil, '+inf'
  -- Takes the first head of a list that the agent serves and that is better than the best so far.
  local function look(anchor)
    -- Reads only the rank of the best, and only if another list follows: formatting a rank takes
    -- Redis as long as five names.
    if best_in then
      better_than = '(' .. call('ZSCORE', best_in, best)
      best_in = nil
    end
    local list, from = HEADS .. anchor, 0
    repeat
      local heads = call('ZRANGEBYSCORE', list, '-inf', better_than, 'LIMIT',
        from == 0 and '0' or int(from), '32')
      for i = 1, #heads do
        if serves(held, heads[i]) then
          best, best_in = heads[i], list
          return
        end
      end
      from = from + 32
    until #heads < 32
  end
  look(ANY)
  for i = 1, #skills do look(skills[i]) end
  return best
end
