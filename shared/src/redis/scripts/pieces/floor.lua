-- What is done to the whole floor, a bounded step at a time: opening, closing, dropping a skill.
--
-- What remains to be done stands in Redis ({acd}:meta 'bulk', {acd}:dropping), so whoever comes
-- next goes on with it: the caller, or after his death any dispatcher.
local STEP = 100

local function open_for(agent)
  if agent.activity == 'busy' then
    -- An agent on a contact keeps it; only what closing did to him is undone.
    if agent.next and agent.next_reason == 'closed' then set_next(agent, nil, nil) end
  elseif agent.presence == 'unavailable' and (not agent.reason or agent.reason == 'closed') then
    local work = work_for(agent.skills)
    touch(routing_keys(agent, work))
    make_available(agent, work)
  end
end

local function close_for(agent)
  if agent.activity == 'busy' then
    if not agent.next then set_next(agent, 'unavailable', 'closed') end
  elseif agent.presence == 'available' then
    touch(routing_keys(agent))
    make_unavailable(agent, 'closed')
  end
end

-- Goes through the next agents, in the order of their ids.
local function step_open_or_close()
  local cursor = call('HGET', META, 'bulk')
  if not cursor then return false end
  local from = cursor == '' and '-' or '(' .. cursor
  local ids = call('ZRANGEBYLEX', AGENTS, from, '+', 'LIMIT', 0, STEP)
  local act = call('HGET', META, 'closed') and close_for or open_for
  for _, id in ipairs(ids) do
    local agent = read_agent(id)
    if agent then act(agent) end
  end
  if #ids < STEP then
    call('HDEL', META, 'bulk')
    return false
  end
  call('HSET', META, 'bulk', ids[#ids])
  return true
end

local function take_skill(agent, skill)
  for place, held in ipairs(agent.skills) do
    if held == skill then
      touch(AGENT .. agent.id, AVAILABLE .. skill, STAFFED .. skill, SKILLS, DEMAND)
      call('JSON.ARRPOP', AGENT .. agent.id, '$.skills', place - 1)
      call('ZREM', AVAILABLE .. skill, agent.id)
      call('ZREM', STAFFED .. skill, agent.id)
      forget_skill(skill)
      emit('{"type":"skill_removed","agent":"' .. agent.id .. '","skill":"' .. skill .. '"}')
      return true
    end
  end
  return false
end

local function step_drop_skill()
  local skill = call('SRANDMEMBER', DROPPING)
  if not skill then return false end
  local ids = call('ZRANGE', STAFFED .. skill, 0, STEP - 1)
  for _, id in ipairs(ids) do
    local agent = read_agent(id)
    if not (agent and take_skill(agent, skill)) then call('ZREM', STAFFED .. skill, id) end
  end
  if #ids < STEP then call('SREM', DROPPING, skill) end
  return call('SCARD', DROPPING) > 0
end

-- Does a step of whatever remains; tells whether more does.
local function step_floor()
  local opening = step_open_or_close()
  local dropping = step_drop_skill()
  return opening or dropping
end
