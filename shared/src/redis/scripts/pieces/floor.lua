-- Operations on the whole floor, in bounded steps: opening, closing, deleting a skill.
--
-- The remaining work is stored in Redis ({acd}:meta 'bulk', {acd}:dropping), so anyone can
-- continue: the caller, or any dispatcher if the caller dies.
--
-- Uses base: AGENT, AGENTS, AVAILABLE, AWAY, BUSY, DEMAND, DROPPING, META, SKILLS, STAFFED, call,
--   in_json, int.
-- Uses profile: ANY.
-- Uses write: emit, last_tick.
-- Uses commit: touch.
-- Uses waiting: forget_skill.
-- Uses route: comes_back, look_at_agent, make_available, make_unavailable, routing_keys, set_next,
--   work_for.
local STEP = 100

-- Makes an agent available whom closing made unavailable, or who is new and has never chosen.
local function bring_back(agent)
  if agent.activity == 'busy' then
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
  if agent.activity == 'busy' then
    if agent.next then return end
    touch(AGENT .. agent.id)
    set_next(agent, 'unavailable', nil, 'closed')
  elseif agent.since then
    touch(routing_keys(agent))
    make_unavailable(agent, nil, 'closed')
  end
end

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
    if call('ZSCORE', BUSY, id) or call('ZSCORE', AVAILABLE .. ANY, id) then
      local agent = look_at_agent(id)
      if agent then take_off(agent) end
    end
  end
  return #ids, ids[#ids]
end

local NEXT_STAGE = { listed = 'rest', away = 'before' }

local function step_open_or_close()
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

local function take_skill(agent, skill)
  for place, held in ipairs(agent.skills) do
    if held == skill then
      touch(AGENT .. agent.id, AVAILABLE .. skill, STAFFED .. skill, SKILLS, DEMAND)
      call('JSON.ARRPOP', AGENT .. agent.id, '$.skills', place - 1)
      call('ZREM', AVAILABLE .. skill, agent.id)
      call('ZREM', STAFFED .. skill, agent.id)
      forget_skill(skill)
      emit('{"type":"skill_removed","agent":"' .. in_json(agent.id) .. '","skill":"' .. in_json(skill) .. '"}')
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
    local agent = look_at_agent(id)
    if not (agent and take_skill(agent, skill)) then call('ZREM', STAFFED .. skill, id) end
  end
  if #ids < STEP then call('SREM', DROPPING, skill) end
  return call('SCARD', DROPPING) > 0
end

-- Does one step of whatever remains. Returns whether more remains.
local function step_floor()
  local opening = step_open_or_close()
  local dropping = step_drop_skill()
  return opening or dropping
end
