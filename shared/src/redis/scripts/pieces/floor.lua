-- What takes too long for one script, in bounded steps: opening, closing, deleting a skill, and a
-- search for an agent among very many different sets of skills.
--
-- The remaining work is stored in Redis ({acd}:meta 'bulk', {acd}:dropping, {acd}:searches), so
-- anyone can continue: the caller, or any dispatcher if the caller dies.
--
-- Uses base: AGENT, AGENTS, AVAILABLE, AWAY, BUSY, DEMAND, DROPPING, META, OFFERED, PENALTY,
--   SEARCHES, SKILLS, STAFFED, WAITING, WRAP_UP, call, in_json, int.
-- Uses profile: ANY, skills_of.
-- Uses write: emit, last_tick.
-- Uses commit: touch.
-- Uses waiting: forget_skill.
-- Uses idle: change_line, search_sets.
-- Uses agent: comes_back, look_at_agent.
-- Uses route: give, make_available, make_unavailable, pass_over, routing_keys, set_next, withdraw,
--   work_for.
local STEP = 100

-- Closes the ACD and schedules making all agents unavailable.
local function close_floor()
  call('HSET', META, 'closed', 1)
  emit('{"type":"acd_closed"}')
  call('HSET', META, 'bulk', 'listed ' .. int(last_tick))
end

-- Returns the next `room` agents in the order of ids, after the cursor; from the start if it is ''.
local function agents_after(cursor, room)
  return call('ZRANGEBYLEX', AGENTS, cursor == '' and '-' or '(' .. cursor, '+', 'LIMIT', 0, room)
end

-- Does one step of opening or closing. Returns whether more remains.
local step_open_or_close
do
  -- Makes an agent available whom closing made unavailable, or who is new and has never chosen.
  local function bring_back(agent)
    if agent.activity == 'busy' or agent.activity == 'wrap_up' then
      touch(AGENT .. agent.id)
      set_next(agent, nil)
    else
      local work = work_for(agent.skills)
      touch(routing_keys(agent, work))
      make_available(agent, work)
    end
  end

  -- Makes an available agent unavailable, and a busy one when their contact ends.
  local function take_off(agent)
    if agent.activity == 'busy' or agent.activity == 'wrap_up' then
      if agent.next then return end
      touch(AGENT .. agent.id)
      set_next(agent, 'unavailable', nil, 'closed')
    elseif agent.activity == 'offered' then
      withdraw(agent, nil, 'closed')
    elseif agent.since or agent.activity == 'penalty' then
      touch(routing_keys(agent), PENALTY)
      make_unavailable(agent, nil, 'closed')
    end
  end

  -- The stages of opening and closing, two each. A stage handles at most `room` agents. It returns
  -- how many it looked at and where the next step continues.
  local STAGES = {}

  -- Opening: agents to bring back, longest unavailable first.
  function STAGES.away(number, room)
    local ids = call('ZRANGEBYSCORE', AWAY, '-inf', number, 'LIMIT', 0, room)
    for _, id in ipairs(ids) do
      local agent = look_at_agent(id)
      if agent and comes_back(agent) then bring_back(agent) else call('ZREM', AWAY, id) end
    end
    return #ids, number
  end

  -- Opening: agents made unavailable by an older version, which had no marks. Runs once, by id.
  function STAGES.before(cursor, room)
    local ids = agents_after(cursor, room)
    for _, id in ipairs(ids) do
      local agent = look_at_agent(id)
      if agent and ((not agent.mark and agent.reason == 'closed')
          or (agent.next and not agent.next_mark and agent.next_reason == 'closed')) then
        bring_back(agent)
      end
    end
    return #ids, ids[#ids]
  end

  -- Closing: available agents, longest available first, so that opening restores this order.
  function STAGES.listed(tick, room)
    local list = AVAILABLE .. ANY
    local ids = call('ZRANGEBYSCORE', list, '-inf', tick, 'LIMIT', 0, room)
    for _, id in ipairs(ids) do
      local agent = look_at_agent(id)
      if agent and agent.since then take_off(agent) else call('ZREM', list, id) end
    end
    return #ids, tick
  end

  -- Closing: all others, by id. Busy agents stop when their contact ends, unless they chose that
  -- already. Agents whose contact ended between two steps are made unavailable now.
  function STAGES.rest(cursor, room)
    local ids = agents_after(cursor, room)
    for _, id in ipairs(ids) do
      if call('ZSCORE', BUSY, id) or call('ZSCORE', AVAILABLE .. ANY, id) or call('ZSCORE', OFFERED, id)
        or call('ZSCORE', WRAP_UP, id) or call('ZSCORE', PENALTY, id) then
        local agent = look_at_agent(id)
        if agent then take_off(agent) end
      end
    end
    return #ids, ids[#ids]
  end

  local NEXT_STAGE = { listed = 'rest', away = 'before' }

  step_open_or_close = function()
    local bulk = call('HGET', META, 'bulk')
    if not bulk then return false end
    local stage, from = string.match(bulk, '^(%a+) (.*)$')
    if not STAGES[stage] then
      -- A process of an older version died halfway.
      stage, from = call('HGET', META, 'closed') and 'listed' or 'away', '+inf'
    end
    local room = STEP
    while stage do
      local looked_at, go_on = STAGES[stage](from, room)
      if looked_at == room then
        call('HSET', META, 'bulk', stage .. ' ' .. go_on)
        return true
      end
      room = room - looked_at
      if stage == 'before' then call('HSET', META, 'marked', 1) end
      stage, from = NEXT_STAGE[stage], ''
      if stage == 'before' and call('HGET', META, 'marked') then stage = nil end
    end
    call('HDEL', META, 'bulk')
    return false
  end
end

local function take_skill(agent, skill)
  local skills, place = {}, nil
  for i, held in ipairs(agent.skills) do
    if held == skill then place = i else skills[#skills + 1] = held end
  end
  if not place then return false end
  touch(routing_keys(agent), routing_keys({ id = agent.id, skills = skills }), STAFFED .. skill, SKILLS, DEMAND)
  call('JSON.ARRPOP', AGENT .. agent.id, '$.skills', place - 1)
  call('ZREM', AVAILABLE .. skill, agent.id)
  call('ZREM', STAFFED .. skill, agent.id)
  if agent.since then change_line(agent, skills, int(agent.since)) end
  forget_skill(skill)
  emit('{"type":"skill_removed","agent":"' .. in_json(agent.id) .. '","skill":"' .. in_json(skill) .. '"}')
  return true
end

local step_drop_skill, step_floor
do
  step_drop_skill = function()
    local skill = call('SRANDMEMBER', DROPPING)
    if not skill then return false end
    local ids = call('ZRANGE', STAFFED .. skill, 0, STEP - 1)
    for _, id in ipairs(ids) do
      local agent = look_at_agent(id)
      if not (agent and take_skill(agent, skill)) then call('ZREM', STAFFED .. skill, id) end
    end
    if #ids < STEP then call('SREM', DROPPING, skill) end
    return call('SCARD', DROPPING) > 0
  end

  -- Goes on with a search for an agent that took too long for one script. The contacts for whom it
  -- searches are queued, so an agent who became available since then has already got one.
  local function step_search()
    local search = call('ZRANGE', SEARCHES, 0, 0, 'WITHSCORES')
    if not search[1] then return false end
    local skill, profile = string.match(search[1], '^([^,]+),(.*)$')
    local waits = profile and call('EXISTS', WAITING .. profile) == 1
    local found, set, rest
    if waits then found, set, rest = search_sets(skills_of(profile), skill, search[2]) end
    local agent = found and look_at_agent(found)
    local work = agent and work_for(agent.skills)
    if work then
      touch(routing_keys(agent, work))
      give(work, agent)
    elseif found and not agent then
      pass_over(found, skills_of(profile), set)
    elseif rest then
      call('ZADD', SEARCHES, rest[2], search[1])
    else
      call('ZREM', SEARCHES, search[1])
    end
    return call('EXISTS', SEARCHES) == 1
  end

  -- Does one step of whatever remains. Returns whether more remains.
  step_floor = function()
    local opening = step_open_or_close()
    local dropping = step_drop_skill()
    local searching = step_search()
    return opening or dropping or searching
  end
end
