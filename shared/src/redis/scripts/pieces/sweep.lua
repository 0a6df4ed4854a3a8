-- The safety sweep: compares each agent's document with the lists and their contact. The other
-- scripts keep these consistent; only another client or a fault can break them.
--
-- Uses constants: BAND, EXPIRE_AFTER, PLAUSIBLY_AHEAD, TICK.
-- Uses base: AGENT, AVAILABLE, BUSY, CONTACT, DEADLINES, META, NOW, QUEUE, SEARCHES, call, in_json,
--   int, now_ms.
-- Uses profile: ANY.
-- Uses write: emit, last_tick.
-- Uses commit: touch.
-- Uses idle: join_line.
-- Uses available: is_listed, put_on_lists, take_off_lists.
-- Uses contact: read_contact.
-- Uses route: free, give, look_at_agent, routing_keys, work_for, work_when_free.
-- Uses floor: agents_after.

-- Repairs one agent. Returns whether that was necessary.
local function mend(agent)
  local listed = call('ZSCORE', AVAILABLE .. ANY, agent.id)
  if agent.activity == 'busy' then
    local contact = read_contact(agent.contact or '')
    if contact and contact.state == 'assigned' and contact.agent == agent.id then return false end
    local work = work_when_free(agent)
    touch(routing_keys(agent, work))
    free(agent, work)
    return true
  end
  if agent.presence ~= 'available' then
    if not listed then return false end
    take_off_lists(agent)
    return true
  end
  local work = work_for(agent.skills)
  if work then
    touch(routing_keys(agent, work))
    give(work, agent)
    -- A search that goes on would have found them.
    return call('EXISTS', SEARCHES) == 0
  end
  if is_listed(agent) then return false end
  put_on_lists(agent, int(agent.since))
  return true
end

-- Sets a time since when an agent is in their state to now, if the clock had jumped ahead.
local function not_ahead(agent)
  touch(AGENT .. agent.id)
  agent.changed = now_ms
  call('JSON.MERGE', AGENT .. agent.id, '$', '{"changed":' .. NOW .. '}')
  if agent.activity == 'busy' then call('ZADD', BUSY, NOW, agent.id) end
end

-- Corrects the other times that were written while the clock had jumped ahead: arrivals of waiting
-- contacts and expiry of finished ones. Ticks stay, and so does the order of service.
local function bring_back_times()
  local late = now_ms + EXPIRE_AFTER
  for _, due in ipairs(call('ZRANGEBYSCORE', DEADLINES, late + PLAUSIBLY_AHEAD + 1, '+inf', 'LIMIT', 0, 1000)) do
    call('ZADD', DEADLINES, late, due)
  end
  local tick = math.floor((now_ms + PLAUSIBLY_AHEAD) * 1000 / TICK)
  if last_tick <= tick then return end
  -- In each priority, contacts that arrived in that time are the first after this tick.
  local from, room = 0, 1000
  while room > 0 do
    local first = call('ZRANGEBYSCORE', QUEUE, int(from), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    if not first[1] then return end
    local band = math.floor(first[2] / BAND) * BAND
    from = band + BAND
    local keys = {}
    for _, id in ipairs(call('ZRANGEBYSCORE', QUEUE, int(band + tick), '(' .. int(from), 'LIMIT', 0, room)) do
      keys[#keys + 1] = CONTACT .. id
    end
    room = room - #keys
    if #keys > 0 then
      touch(keys)
      keys[#keys + 1] = '.created'
      for i, created in ipairs(call('JSON.MGET', unpack(keys))) do
        if created and tonumber(created) > now_ms + PLAUSIBLY_AHEAD then
          call('JSON.MERGE', keys[i], '$', '{"created":' .. NOW .. '}')
        end
      end
    end
  end
end

-- Sweeps the next 100 agents. Returns how many were repaired, and whether agents remain. The first
-- time it goes through all of them it also puts them in lines, which earlier versions did not have.
local function sweep()
  local stood = call('HMGET', META, 'swept', 'lined')
  local cursor, lined = stood[1] or '', stood[2]
  if not lined and cursor == '' then
    lined = '0'
    call('HSET', META, 'lined', lined)
  end
  local ids = agents_after(cursor, 100)
  local found = 0
  for _, id in ipairs(ids) do
    local agent = look_at_agent(id)
    if agent and agent.changed > now_ms + PLAUSIBLY_AHEAD then not_ahead(agent) end
    if agent and agent.since and lined == '0' then
      touch(routing_keys(agent))
      join_line(agent, int(agent.since))
    end
    if agent and mend(agent) then
      found = found + 1
      emit('{"type":"repaired","agent":"' .. in_json(id) .. '"}')
    end
  end
  if #ids == 100 then
    call('HSET', META, 'swept', ids[100])
    return found, true
  end
  call('HDEL', META, 'swept')
  if lined == '0' then call('HSET', META, 'lined', '1') end
  return found, false
end
