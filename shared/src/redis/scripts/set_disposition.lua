-- Says what became of a contact that its agent is in wrap-up for.
-- KEYS: meta, the contact. ARGV: time, id, the disposition and the note as a JSON object, the
-- disposition or ''.
-- Reply: 1. Errors: NOCONTACT, NOWRAPUP, NODISPOSITION with those that are set.
local key, id, disposition = KEYS[2], ARGV[2], ARGV[4]
local contact = read_contact(id)
if not contact then return refuse('NOCONTACT') end
local agent = contact.state == 'complete' and contact.agent and read_agent(contact.agent)
if not agent or agent.activity ~= 'wrap_up' or agent.contact ~= id or (agent['until'] or math.huge) <= now_ms then
  return refuse('NOWRAPUP')
end
local unknown = disposition ~= '' and WrapUp.unknown_disposition(contact, disposition)
if unknown then return unknown end
touch(key)
call('JSON.MERGE', key, '$', ARGV[3])
emit('{"type":"contact_disposition","contact":"' .. id .. '"' .. field('agent', agent.id) ..
  field('disposition', disposition ~= '' and disposition) .. field('owner', contact.owner) .. '}')
return 1
