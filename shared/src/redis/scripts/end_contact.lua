-- Ends a contact and frees its agent. 'complete': handled if an agent is on it, abandoned if it
-- still waits; 'cancel': cancelled in either case.
-- KEYS: meta, the contact. ARGV: time, id, 'complete' or 'cancel', precondition.
-- Reply: the state fields of its document. Errors: NOCONTACT, STALE, CHANGED.
local key, id, how = KEYS[2], ARGV[2], ARGV[3]

local contact = read_contact(id)
if not contact then return refuse('NOCONTACT') end
local other = other_contact(4, contact)
if other then return other end
if contact.state == 'complete' then return repeated(contact) end

local served = contact.state == 'assigned'
local agent = served and read_agent(contact.agent) or nil
-- An agent to whom another client gave a different contact is not freed from it.
if agent and agent.contact ~= id then agent = nil end
local work = agent and work_when_free(agent)
local writes = agent and routing_keys(agent, work) or line_keys(contact.profile)
touch(writes, key)

local outcome = how == 'cancel' and 'cancelled' or served and 'handled' or 'abandoned'
local over = ended_as(outcome, NOW)
unguarded('JSON.MERGE', key, '$', '{' .. over .. '}')
local expires, deadline = int(now_ms + EXPIRE_AFTER), 'expire:' .. id
if run('ZADD', DEADLINES, expires, deadline) ~= 1 then call('ZADD', DEADLINES, expires, deadline) end
count(contact.profile, outcome, '1')
local leg = served and time_on(contact)
if outcome == 'handled' then
  count(contact.profile, 'handle_time', int(leg + (contact.earlier or 0)))
elseif outcome == 'abandoned' then
  -- A contact that had an agent was already counted as answered.
  if contact.requeues then
    count(contact.profile, 'abandoned_requeued', '1')
  elseif now_ms - contact.created <= (tonumber(settings.short_abandon_s) or SHORT_ABANDON) * 1000 then
    count(contact.profile, 'abandoned_short', '1')
  end
end
if not served then dequeue(id, contact.profile) end
emit('{"type":"contact_completed","contact":"' .. id .. '"' .. field('agent', contact.agent) ..
  ',"outcome":"' .. outcome .. '"' .. field('owner', contact.owner) .. '}')
if agent then
  if outcome == 'handled' then
    credit(agent, leg)
    agent.served = agent.served .. ',"handled":' .. int(agent.handled + 1)
  end
  free(agent, work)
end
return answer(served and served_by(contact.agent, int(contact.assigned or now_ms)), over)
