-- The safety sweep: compares each agent's document with the lists and their contact. The other
-- scripts keep these consistent; only another client or a fault can break them.
--
-- Uses constants: BAND, FIXED, TICK.
-- Uses base: ACD, AGENT, AVAILABLE, BUSY, CONTACT, DEADLINES, META, NOW, OFFERED, PENALTY, QUEUE,
--   SEARCHES, WRAP_UP, call, in_json, int, now_ms.
-- Uses profile: ANY.
-- Uses write: emit, last_tick.
-- Uses commit: pauses, touch.
-- Uses idle: join_line.
-- Uses available: is_listed, put_on_lists, take_off_lists.
-- Uses contact: read_contact.
-- Uses agent: look_at_agent.
-- Uses route: free, give, make_available, routing_keys, work_for, work_when_free.
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
  -- The note may have been lost with {acd}:meta.
  if not pauses and agent.activity ~= 'idle' and agent.activity ~= 'busy' then
    call('HSET', META, 'pauses', '1')
  end
  if agent.activity == 'offered' then
    local contact = read_contact(agent.contact or '')
    if contact and contact.offered_to == agent.id and contact.offer == agent.offer then
      if call('ZSCORE', OFFERED, agent.id) then return false end
      call('ZADD', OFFERED, int(agent['until']), agent.id)
      return true
    end
    local work = work_for(agent.skills)
    touch(routing_keys(agent, work), OFFERED)
    make_available(agent, work, agent.place)
    return true
  elseif agent.activity == 'wrap_up' then
    if call('ZSCORE', WRAP_UP, agent.id) then return false end
    call('ZADD', WRAP_UP, agent['until'] and int(agent['until']) or '+inf', agent.id)
    return true
  elseif agent.activity == 'penalty' then
    if call('ZSCORE', PENALTY, agent.id) then return false end
    call('ZADD', PENALTY, int(agent['until']), agent.id)
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

-- Corrects the times of an agent whose state was written while the clock had jumped ahead: it began
-- now, and their offer, wrap-up or penalty lasts as long as it was to last.
local function not_ahead(agent)
  local ends, offered = agent['until'], agent.activity == 'offered' and read_contact(agent.contact or '')
  touch(AGENT .. agent.id, offered and CONTACT .. offered.id or nil)
  if ends then ends = int(math.max(ends - (agent.changed - now_ms), 0)) end
  agent.changed = now_ms
  call('JSON.MERGE', AGENT .. agent.id, '$', '{"changed":' .. NOW .. (ends and ',"until":' .. ends or '') ..
    (agent.activity == 'penalty' and ',"penalty":' .. ends or '') .. '}')
  if agent.activity == 'busy' then call('ZADD', BUSY, NOW, agent.id) end
  if not ends then return end
  agent['until'] = tonumber(ends)
  call('ZADD', ACD .. agent.activity, ends, agent.id)
  if offered and offered.offered_to == agent.id then
    call('JSON.MERGE', CONTACT .. offered.id, '$', '{"offered_until":' .. ends .. '}')
  end
end

-- Corrects the other times that were written while the clock had jumped ahead: arrivals of waiting
-- contacts and expiry of finished ones. Ticks stay, and so does the order of service.
local function bring_back_times()
  local late = now_ms + FIXED.EXPIRE_AFTER
  for _, due in ipairs(call('ZRANGEBYSCORE', DEADLINES, late + FIXED.PLAUSIBLY_AHEAD + 1, '+inf', 'LIMIT', 0, 1000)) do
    call('ZADD', DEADLINES, late, due)
  end
  local tick = math.floor((now_ms + FIXED.PLAUSIBLY_AHEAD) * 1000 / TICK)
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
        if created and tonumber(created) > now_ms + FIXED.PLAUSIBLY_AHEAD then
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
    if agent and agent.changed > now_ms + FIXED.PLAUSIBLY_AHEAD then not_ahead(agent) end
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
