-- The two sides of routing meet here: a contact gets its agent, an agent becomes routable.
--
-- Uses base: AGENT, AWAY, BUSY, CONTACT, NOW, WAITING, call, clustered, decode, in_json, in_json_of,
--   int, now_ms, run, unguarded.
-- Uses call: look_at_document, read_document.
-- Uses profile: skills_of.
-- Uses write: emit, field, last_event, next_tick, time_since.
-- Uses count: count_wait, more_busy.
-- Uses waiting: best_profile, dequeue, enqueue, line_keys.
-- Uses available: list, lists_of, longest_available, skills_and_lists, unlist.
-- Uses contact: read_contact, served_by.

local function sound_agent(json)
  local it = decode(json)
  local _ = it.handled + it.changed + (it.handle_time or 0) + (it.since or 0)
  _ = it.presence < (it.reason or '') or (it.contact or '') < (it.next_reason or '')
  table.concat(it.skills)
  if it.activity == 'busy' or it.activity == 'idle' and (it.since or it.presence ~= 'available') then
    return it
  end
  error('an agent is busy or idle')
end

local function read_agent(id)
  local agent = read_document(AGENT .. id, sound_agent)
  if agent then agent.id = id end
  return agent
end

-- The same for who goes through many: one whose document is not sound is passed over.
local function look_at_agent(id)
  local agent = look_at_document(AGENT .. id, sound_agent)
  if agent then agent.id = id end
  return agent
end

-- Reads what has to be known of an agent who is on the lists and gets a contact: a third of the work.
local function read_listed(id)
  local json = call('JSON.GET', AGENT .. id, '.skills')
  if not json then return nil end
  local skills, lists = skills_and_lists(json)
  return { id = id, skills = skills, lists = lists, presence = 'available', activity = 'idle', since = true }
end

-- Gives the waiting contact that an agent with these skills gets, or nil.
local function work_for(skills)
  local profile = best_profile(skills)
  if not profile then return nil end
  local first = call('ZRANGE', WAITING .. profile, '0', '0')[1]
  -- A line that a foreign hand emptied is seen until an audit, and nobody is in it.
  return first and read_contact(first)
end

-- Gives the keys that making this agent routable may write, where `touch` asks for them.
local function routing_keys(agent, work)
  if not clustered then return nil end
  local keys = { AGENT .. agent.id, unpack(lists_of(agent)) }
  if work then
    keys[#keys + 1] = CONTACT .. work.id
    for _, key in ipairs(line_keys(work.profile)) do keys[#keys + 1] = key end
  end
  return keys
end

-- Writes what an agent is from now on, of which `fields` is what he was not before.
local function become(agent, fields)
  unguarded('JSON.MERGE', AGENT .. agent.id, '$', '{"changed":' .. NOW .. fields ..
    (agent.served or '') .. (agent.next and ',"next":null,"next_reason":null,"next_mark":null}' or '}'))
end

-- What is new of an agent who is available from now on.
local function arriving(agent)
  return agent.presence == 'available' and '' or ',"presence":"available","reason":null,"mark":null'
end

-- An agent, who is on no list, gets a contact, which is on no list and says so already.
local function take_on(contact, agent)
  local wait = time_since(contact.created)
  local wait_text = int(wait)
  become(agent, arriving(agent) .. ',"activity":"busy","contact":"' .. contact.id ..
    (agent.since and '","since":null' or '"'))
  if run('ZADD', BUSY, NOW, agent.id) ~= 1 then call('ZADD', BUSY, NOW, agent.id) end
  more_busy = more_busy + 1
  -- A contact that was requeued was counted with its first agent.
  if not contact.requeues then count_wait(contact.profile, wait, wait_text) end
  emit('{"type":"contact_assigned","contact":"' .. contact.id .. '","agent":"' .. (in_json_of[agent.id] or in_json(agent.id)) ..
    '","wait":' .. wait_text .. field('owner', contact.owner) .. '}')
end

-- Gives a contact, which is on no list, to an agent, who is on no list.
local function assign(contact, agent)
  unguarded('JSON.MERGE', CONTACT .. contact.id, '$', '{' .. served_by(agent.id, NOW) .. '}')
  take_on(contact, agent)
end

-- Why an agent is unavailable whom no person made so is their mark, which nobody can type: `new`,
-- `closed`, `requeued`. Who chose it has the mark `chosen`. A document of before has none: there
-- closing left the reason `closed`. Opening brings back who has one of these, or will have.
local COMES_BACK = { new = true, closed = true }
local function comes_back(agent) return COMES_BACK[agent.mark] or agent.next_mark == 'closed' end

-- They stand on {acd}:away by the number of the event that told of it, which is the last: so
-- opening brings back first who has been unavailable longest. `mark` is what they have from now on.
local function note_away(agent, mark)
  if COMES_BACK[mark] then
    call('ZADD', AWAY, int(last_event), agent.id)
  elseif comes_back(agent) then
    call('ZREM', AWAY, agent.id)
  end
end

-- Makes an agent routable who is on no list: they get this work, or wait for some.
local function make_available(agent, work)
  if agent.mark or agent.next_mark then note_away(agent, nil) end
  local since = int(next_tick())
  emit('{"type":"agent_available","agent":"' .. in_json(agent.id) .. '","since":' .. since .. '}')
  if work then
    dequeue(work.id, work.profile)
    assign(work, agent)
    return
  end
  become(agent, arriving(agent) .. ',"activity":"idle","since":' .. since ..
    (agent.contact and ',"contact":null' or ''))
  list(agent, since)
end

-- Makes an agent unavailable, or gives an unavailable one another reason: one that they chose, or
-- none, or a mark.
local function make_unavailable(agent, reason, mark)
  unlist(agent)
  become(agent, ',"presence":"unavailable","activity":"idle","since":null,"contact":null,"reason":' ..
    (reason and '"' .. in_json(reason) .. '"' or 'null') .. ',"mark":"' .. (mark or 'chosen') .. '"')
  emit('{"type":"agent_unavailable","agent":"' .. in_json(agent.id) .. '"' .. field('reason', reason) ..
    field('mark', mark) .. '}')
  note_away(agent, mark)
end

-- Makes a busy agent who is not to be available next what they are to be.
local function make_next(agent)
  if agent.next_mark == 'closed' or (not agent.next_mark and agent.next_reason == 'closed') then
    return make_unavailable(agent, nil, 'closed')
  end
  make_unavailable(agent, agent.next_reason)
end

-- Gives the work that an agent gets whose contact ends: none if he chose to stop.
local function work_when_free(agent)
  if agent.next then return nil end
  return work_for(agent.skills)
end

-- Frees an agent whose contact has ended, to what he chose to be next.
local function free(agent, work)
  if run('ZREM', BUSY, agent.id) ~= 1 then call('ZREM', BUSY, agent.id) end
  more_busy = more_busy - 1
  if agent.next then make_next(agent) else make_available(agent, work) end
end

-- Gives a contact, which is on no list, to the longest available agent who serves it, or queues
-- it. Reads first: `agent` and the keys to be written come from seat_for.
local function seat_for(profile)
  -- Who waits with this profile shows that no routable agent serves it.
  if call('EXISTS', WAITING .. profile) == 1 then return nil, line_keys(profile) end
  local found = longest_available(skills_of(profile))
  local agent = found and read_listed(found)
  return agent, agent and routing_keys(agent) or line_keys(profile)
end

local function seat(contact, agent)
  if not agent then return enqueue(contact.id, contact.profile, int(contact.rank)) end
  unlist(agent)
  assign(contact, agent)
end

-- Gives how long the agent of a contact has been on it.
local function time_on(contact) return time_since(contact.assigned or now_ms) end

-- Credits an agent, who is about to become something else, with the time that they were on a
-- contact.
local function credit(agent, time)
  agent.served = ',"handle_time":' .. int((agent.handle_time or 0) + time)
end

-- Takes a contact from its agent: it is queued again, and nowhere yet.
local function take_back(contact)
  contact.requeues = (contact.requeues or 0) + 1
  contact.earlier = (contact.earlier or 0) + time_on(contact)
  call('JSON.MERGE', CONTACT .. contact.id, '$', '{"agent":null,"assigned":null,"requeues":' ..
    int(contact.requeues) .. ',"earlier":' .. int(contact.earlier) .. '}')
  emit('{"type":"contact_requeued","contact":"' .. contact.id .. '","agent":"' .. in_json(contact.agent) .. '"' ..
    field('owner', contact.owner) .. '}')
end

-- Notes what a busy agent will be when their contact ends: available if `next` is nil.
local function set_next(agent, next, reason, mark)
  call('JSON.MERGE', AGENT .. agent.id, '$',
    '{"next":' .. (next and '"unavailable"' or 'null') .. ',"next_reason":' ..
    (reason and '"' .. in_json(reason) .. '"' or 'null') .. ',"next_mark":' ..
    (next and '"' .. (mark or 'chosen') .. '"' or 'null') .. '}')
  emit('{"type":"agent_next","agent":"' .. in_json(agent.id) .. '","presence":"' .. (next or 'available') .. '"' ..
    field('reason', reason) .. field('mark', mark) .. '}')
  note_away(agent, mark)
end
