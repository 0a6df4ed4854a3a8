-- Both sides of routing: a contact gets its agent, an agent becomes routable.
--
-- Uses constants: FIXED.
-- Uses base: AGENT, BUSY, CONTACT, IDLE, NOW, OFFERED, PENALTY, SEARCHES, SETS, WAITING, call,
--   clustered, in_json, in_json_of, int, now_ms, run, unguarded, whole.
-- Uses call: is_damaged, look_at_document.
-- Uses profile: skills_of.
-- Uses write: emit, field, last_event, next_tick, time_since.
-- Uses count: count_wait, more_busy.
-- Uses commit: pauses, set_for, touch.
-- Uses waiting: best_profile, dequeue, enqueue, line_keys.
-- Uses idle: line_of.
-- Uses available: list, lists_of, lists_with, longest_available, unlist.
-- Uses contact: read_contact, served_by.
-- Uses agent: arriving, become, note_away, read_listed.
-- Uses offer: Offer.
-- Uses wrap_up: WrapUp.

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

-- Makes an agent busy with a contact on no list, whose document already says so. The agent is on no
-- list, or stays busy: they go from one contact to the next.
local function take_on(contact, agent)
  local wait = time_since(contact.created)
  local wait_text = int(wait)
  become(agent, arriving(agent) .. ',"activity":"busy","contact":"' .. contact.id ..
    ((agent.since or agent.place) and '","since":null' or '"'))
  local listed = run('ZADD', BUSY, NOW, agent.id)
  if listed ~= 1 and listed ~= 0 then call('ZADD', BUSY, NOW, agent.id) end
  if agent.activity ~= 'busy' then more_busy = more_busy + 1 end
  -- A requeued contact was already counted with its first agent.
  if not contact.requeues then count_wait(contact, wait, wait_text) end
  emit('{"type":"contact_assigned","contact":"' .. contact.id .. '","agent":"' .. (in_json_of[agent.id] or in_json(agent.id)) ..
    '","wait":' .. wait_text .. (contact.accepted and ',"offer":' .. int(contact.accepted) or '') ..
    field('owner', contact.owner) .. '}')
end

-- Offers or assigns a contact on no list to an agent on no list. `place`: since when they are
-- available, as text, if their document does not say it. Returns the state fields of the contact.
local function hand(contact, agent, place)
  local ends, state = pauses and Offer.ends_at(contact), nil
  if ends then
    local number = int(last_event + 1)
    ends = int(ends)
    state = Offer.part(agent.id, number, ends)
    unguarded('JSON.MERGE', CONTACT .. contact.id, '$', '{' .. state .. '}')
    Offer.make(contact, agent, number, ends, place)
  else
    state = served_by(agent.id, NOW)
    unguarded('JSON.MERGE', CONTACT .. contact.id, '$', '{' .. state .. '}')
    take_on(contact, agent)
  end
  return state
end

-- Gives a waiting contact to an agent. They may be listed.
local function give(contact, agent)
  unlist(agent)
  dequeue(contact.id, contact.profile)
  hand(contact, agent)
end

-- Makes an agent available who is on no list: they get this work, or are listed, at this place or at
-- the end. If their penalty runs on, they wait until it is over.
local function make_available(agent, work, place)
  if agent.mark or agent.next_mark then note_away(agent, nil) end
  if agent.penalty then
    if agent.penalty > now_ms then return Offer.pause(agent, agent.penalty) end
    agent.clears = (agent.clears or '') .. ',"penalty":null'
  end
  local since = int(place or next_tick())
  emit('{"type":"agent_available","agent":"' .. in_json(agent.id) .. '","since":' .. since .. '}')
  if work then
    dequeue(work.id, work.profile)
    hand(work, agent, since)
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

-- Ends an agent's wrap-up. They become what they chose to be next.
local function end_wrap_up(agent, work, done)
  WrapUp.finish(agent, done)
  if agent.next then make_next(agent) else make_available(agent, work) end
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

-- Returns the state fields of the contact, or nil if it is queued.
local function seat(contact, agent, rest)
  if not agent then return queue(contact, int(contact.rank), rest) end
  unlist(agent)
  return hand(contact, agent)
end

-- Makes an agent unavailable to whom a contact is offered. It goes to another agent or is queued.
local function withdraw(agent, reason, mark)
  local contact = read_contact(agent.contact or '')
  if not (contact and contact.offered_to == agent.id and contact.offer == agent.offer) then
    touch(routing_keys(agent), OFFERED)
    return make_unavailable(agent, reason, mark)
  end
  local other, writes, rest = seat_for(contact.profile)
  touch(routing_keys(agent), writes, CONTACT .. contact.id, OFFERED)
  Offer.finish(contact, 'withdrawn')
  make_unavailable(agent, reason, mark)
  seat(contact, other, rest)
end

-- Carries out a miss: an agent did not answer an offer in time.
local function miss(agent)
  local contact = read_contact(agent.contact or '')
  if not (contact and contact.offered_to == agent.id and contact.offer == agent.offer) then return end
  local other, writes, rest = seat_for(contact.profile)
  touch(routing_keys(agent), writes, CONTACT .. contact.id, OFFERED, PENALTY)
  Offer.finish(contact, 'missed')
  local misses = (agent.misses or 0) + 1
  agent.served = ',"misses":' .. int(misses)
  if misses < (whole(set_for(contact, 'max_misses')) or FIXED.MAX_MISSES) then
    Offer.penalize(contact, agent)
  else
    if agent.penalty then agent.clears = agent.clears .. ',"penalty":null' end
    make_unavailable(agent, nil, 'not_responding')
  end
  seat(contact, other, rest)
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
  call('JSON.MERGE', CONTACT .. contact.id, '$', '{"agent":null,"assigned":null,"offer":null,"requeues":' ..
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
