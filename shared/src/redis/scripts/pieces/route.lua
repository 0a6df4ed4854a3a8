-- Both sides of routing: a contact gets its agent, an agent becomes routable.
--
-- Uses base: AGENT, AWAY, BUSY, CONTACT, IDLE, NOW, SEARCHES, SETS, WAITING, call, clustered, decode, in_json, in_json_of,
--   int, now_ms, run, try, unguarded.
-- Uses call: is_damaged, look_at_document, read_document.
-- Uses profile: skills_of.
-- Uses commit: touch.
-- Uses write: emit, field, last_event, next_tick, time_since.
-- Uses count: count_wait, more_busy.
-- Uses waiting: best_profile, dequeue, enqueue, line_keys.
-- Uses idle: line_of.
-- Uses available: list, lists_of, lists_with, longest_available, skills_and_lists, unlist.
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

-- Same as read_agent, for loops over many agents: skips one whose document is not sound.
local function look_at_agent(id)
  local agent = look_at_document(AGENT .. id, sound_agent)
  if agent then agent.id = id end
  return agent
end

-- Reads only what is needed of a listed agent who gets a contact: a third of the work. Returns nil
-- if that cannot be read.
local function read_listed(id)
  local json = run('JSON.GET', AGENT .. id, '.skills')
  local read, skills, lists, set = try(skills_and_lists, json)
  if not read then return nil end
  return { id = id, skills = skills, lists = lists, set = set, presence = 'available', activity = 'idle', since = true }
end

-- Returns the waiting contact that an agent with these skills gets, or nil.
local function work_for(skills)
  while true do
    local profile = best_profile(skills)
    if not profile then return nil end
    local first = call('ZRANGE', WAITING .. profile, '0', '0')[1]
    -- A line emptied by another client is still listed until an audit, but has no contact.
    if not first then return nil end
    local contact = read_contact(first, look_at_document)
    if contact then return contact end
    if not is_damaged(CONTACT .. first) then return nil end
    -- It would hold up all others.
    touch(line_keys(profile))
    dequeue(first, profile)
  end
end

-- Returns the keys that making this agent routable may write, for `touch`.
local function routing_keys(agent, work)
  if not clustered then return nil end
  local keys = { AGENT .. agent.id, unpack(lists_of(agent)) }
  local set = line_of(agent)
  if set then
    keys[#keys + 1] = IDLE .. set
    for _, skill in ipairs(agent.skills) do keys[#keys + 1] = SETS .. skill end
  end
  if work then
    keys[#keys + 1] = CONTACT .. work.id
    for _, key in ipairs(line_keys(work.profile)) do keys[#keys + 1] = key end
  end
  return keys
end

-- Merges the changed fields into the agent document.
local function become(agent, fields)
  unguarded('JSON.MERGE', AGENT .. agent.id, '$', '{"changed":' .. NOW .. fields ..
    (agent.served or '') .. (agent.next and ',"next":null,"next_reason":null,"next_mark":null}' or '}'))
end

-- Returns the changed fields of an agent who becomes available.
local function arriving(agent)
  return agent.presence == 'available' and '' or ',"presence":"available","reason":null,"mark":null'
end

-- Makes an agent busy with a contact on no list, whose document already says so. The agent is on no
-- list, or stays busy: they go from one contact to the next.
local function take_on(contact, agent)
  local wait = time_since(contact.created)
  local wait_text = int(wait)
  become(agent, arriving(agent) .. ',"activity":"busy","contact":"' .. contact.id ..
    (agent.since and '","since":null' or '"'))
  local listed = run('ZADD', BUSY, NOW, agent.id)
  if listed ~= 1 and listed ~= 0 then call('ZADD', BUSY, NOW, agent.id) end
  if agent.activity ~= 'busy' then more_busy = more_busy + 1 end
  -- A requeued contact was already counted with its first agent.
  if not contact.requeues then count_wait(contact.profile, wait, wait_text) end
  emit('{"type":"contact_assigned","contact":"' .. contact.id .. '","agent":"' .. (in_json_of[agent.id] or in_json(agent.id)) ..
    '","wait":' .. wait_text .. field('owner', contact.owner) .. '}')
end

-- Assigns a contact on no list to an agent on no list.
local function assign(contact, agent)
  unguarded('JSON.MERGE', CONTACT .. contact.id, '$', '{' .. served_by(agent.id, NOW) .. '}')
  take_on(contact, agent)
end

-- Gives a waiting contact to an agent. They may be listed.
local function give(contact, agent)
  unlist(agent)
  dequeue(contact.id, contact.profile)
  assign(contact, agent)
end

-- The mark of an agent says why they are unavailable if no person chose it: `new`, `closed`,
-- `requeued`. Nobody can type a mark. If they chose it, the mark is `chosen`. Older documents have
-- no mark; there, closing left the reason `closed`. Opening brings back agents who have, or will
-- have, one of the marks below.
local COMES_BACK = { new = true, closed = true }
local function comes_back(agent) return COMES_BACK[agent.mark] or agent.next_mark == 'closed' end

-- Adds an agent to {acd}:away or removes them. The score is the number of the event about it, which
-- is the last one, so that opening brings back the longest unavailable first. `mark` is the new
-- mark.
local function note_away(agent, mark)
  if COMES_BACK[mark] then
    call('ZADD', AWAY, int(last_event), agent.id)
  elseif comes_back(agent) then
    call('ZREM', AWAY, agent.id)
  end
end

-- Makes an agent routable who is on no list: they get this work, or are listed.
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

-- Makes an agent unavailable, or changes the reason of an unavailable one: a chosen reason, none,
-- or a mark.
local function make_unavailable(agent, reason, mark)
  unlist(agent)
  become(agent, ',"presence":"unavailable","activity":"idle","since":null,"contact":null,"reason":' ..
    (reason and '"' .. in_json(reason) .. '"' or 'null') .. ',"mark":"' .. (mark or 'chosen') .. '"')
  emit('{"type":"agent_unavailable","agent":"' .. in_json(agent.id) .. '"' .. field('reason', reason) ..
    field('mark', mark) .. '}')
  note_away(agent, mark)
end

-- Makes a busy agent unavailable as they chose, or with a mark, when their contact ends.
local function make_next(agent)
  if agent.next_mark == 'closed' or (not agent.next_mark and agent.next_reason == 'closed') then
    return make_unavailable(agent, nil, 'closed')
  end
  make_unavailable(agent, agent.next_reason)
end

-- Returns the contact that an agent gets when theirs ends, or nil if they stop then.
local function work_when_free(agent)
  if agent.next then return nil end
  return work_for(agent.skills)
end

-- Frees an agent whose contact has ended. They become what they chose to be next.
local function free(agent, work)
  if work then return make_available(agent, work) end
  if run('ZREM', BUSY, agent.id) ~= 1 then call('ZREM', BUSY, agent.id) end
  more_busy = more_busy - 1
  if agent.next then make_next(agent) else make_available(agent) end
end

-- Removes an agent whose document is damaged from the lists of these skills, where they would hold
-- up all others.
local function pass_over(id, skills, set)
  local lists = lists_with(skills)
  touch(lists, set and IDLE .. set or nil)
  unlist({ id = id, since = true, lists = lists, skills = set and skills_of(set), set = set or false })
end

-- Returns the longest available agent who serves a profile, or nil; the keys that `seat` writes; and
-- where the search goes on if it is not over. `seat` then assigns or queues a contact that is on no
-- list. This changes nothing but the scores of lines, and takes agents with damaged documents off
-- lists.
local function seat_for(profile)
  -- If another contact of this profile waits, no routable agent serves it, or the search goes on.
  if call('EXISTS', WAITING .. profile) == 1 then return nil, line_keys(profile) end
  local skills = skills_of(profile)
  while true do
    local found, set, rest = longest_available(skills)
    if not found then return nil, line_keys(profile), rest end
    local agent = read_listed(found)
    if agent then return agent, routing_keys(agent) end
    if not is_damaged(AGENT .. found) then return nil, line_keys(profile) end
    pass_over(found, skills, set)
  end
end

-- Queues a contact that is on no list, and keeps where the search for an agent goes on. `rank` is a
-- number as text.
local function queue(contact, rank, rest)
  enqueue(contact.id, contact.profile, rank)
  if rest then call('ZADD', SEARCHES, rest[2], rest[1] .. ',' .. contact.profile) end
end

local function seat(contact, agent, rest)
  if not agent then return queue(contact, int(contact.rank), rest) end
  unlist(agent)
  assign(contact, agent)
end

-- Returns how long the agent has been on the contact.
local function time_on(contact) return time_since(contact.assigned or now_ms) end

-- Adds to an agent's time on contacts. It is written together with their next state.
local function credit(agent, time)
  agent.served = ',"handle_time":' .. int((agent.handle_time or 0) + time)
end

-- Takes a contact from its agent. It is queued again, but on no list yet.
local function take_back(contact)
  contact.requeues = (contact.requeues or 0) + 1
  contact.earlier = (contact.earlier or 0) + time_on(contact)
  call('JSON.MERGE', CONTACT .. contact.id, '$', '{"agent":null,"assigned":null,"requeues":' ..
    int(contact.requeues) .. ',"earlier":' .. int(contact.earlier) .. '}')
  emit('{"type":"contact_requeued","contact":"' .. contact.id .. '","agent":"' .. in_json(contact.agent) .. '"' ..
    field('owner', contact.owner) .. '}')
end

-- Sets what a busy agent will be when their contact ends; available if `next` is nil.
local function set_next(agent, next, reason, mark)
  call('JSON.MERGE', AGENT .. agent.id, '$',
    '{"next":' .. (next and '"unavailable"' or 'null') .. ',"next_reason":' ..
    (reason and '"' .. in_json(reason) .. '"' or 'null') .. ',"next_mark":' ..
    (next and '"' .. (mark or 'chosen') .. '"' or 'null') .. '}')
  emit('{"type":"agent_next","agent":"' .. in_json(agent.id) .. '","presence":"' .. (next or 'available') .. '"' ..
    field('reason', reason) .. field('mark', mark) .. '}')
  note_away(agent, mark)
end
