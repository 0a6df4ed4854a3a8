-- Ends a contact and frees its agent. 'complete': handled if an agent is on it, abandoned if it
-- still waits; 'cancel': cancelled in either case.
-- KEYS: meta, the contact. ARGV: time, id, 'complete' or 'cancel', the disposition and the note as
-- fields of the document, the disposition, precondition.
-- Reply: the state fields of its document. Errors: NOCONTACT, STALE, CHANGED, NODISPOSITION with those
-- that are set.
local key, id, how = KEYS[2], ARGV[2], ARGV[3]

local contact = read_contact(id)
if not contact then return refuse('NOCONTACT') end
local other = other_contact(6, contact)
if other then return other end
if contact.state == 'complete' then return repeated(contact) end
local disposition = ARGV[5] ~= '' and ARGV[5]
local unknown = disposition and WrapUp.unknown_disposition(contact, disposition)
if unknown then return unknown end

local served = contact.state == 'assigned'
local offered = contact.state == 'offered'
local agent = (served or offered) and read_agent(contact.agent or contact.offered_to) or nil
-- An agent to whom another client gave a different contact is not freed from it.
if agent and agent.contact ~= id then agent = nil end
if agent and offered and agent.activity ~= 'offered' then agent = nil end
local wraps = pauses and agent and served and WrapUp.ends_at(contact)
if wraps == math.huge and agent.ready then wraps = nil end
local work = agent and not wraps and work_when_free(agent)
local writes = agent and routing_keys(agent, work) or line_keys(contact.profile)
touch(writes, key, contact.type and LIVE)

local outcome = how == 'cancel' and 'cancelled' or served and 'handled' or 'abandoned'
if offered then Offer.finish(contact, outcome == 'abandoned' and outcome or 'withdrawn') end
local over = ended_as(outcome, NOW)
unguarded('JSON.MERGE', key, '$', '{' .. over .. ARGV[4] .. '}')
local expires, deadline = int(now_ms + FIXED.EXPIRE_AFTER), 'expire:' .. id
if run('ZADD', DEADLINES, expires, deadline) ~= 1 then call('ZADD', DEADLINES, expires, deadline) end
count(contact, outcome, '1')
local leg = served and time_on(contact)
if outcome == 'handled' then
  count(contact, 'handle_time', int(leg + (contact.earlier or 0)))
elseif outcome == 'abandoned' then
  -- A contact that had an agent was already counted as answered.
  if contact.requeues then
    count(contact, 'abandoned_requeued', '1')
  elseif now_ms - contact.created <= (tonumber(set_for(contact, 'short_abandon_s')) or FIXED.SHORT_ABANDON) * 1000 then
    count(contact, 'abandoned_short', '1')
  end
end
end_of_type(contact)
if contact.state == 'queued' then dequeue(id, contact.profile) end
emit('{"type":"contact_completed","contact":"' .. id .. '"' .. field('agent', contact.agent) ..
  ',"outcome":"' .. outcome .. '"' .. (disposition and field('disposition', disposition) or '') .. field('owner', contact.owner) .. '}')
if agent then
  if outcome == 'handled' then
    credit(agent, leg)
    agent.served = agent.served .. ',"handled":' .. int(agent.handled + 1)
  end
  if offered then
    make_available(agent, work, agent.place)
  elseif wraps then
    WrapUp.begin(agent, wraps)
  else
    if agent.ready then agent.clears = ',"ready":null' end
    free(agent, work)
  end
end
return answer(served and served_by(contact.agent, int(contact.assigned or now_ms)), over)
