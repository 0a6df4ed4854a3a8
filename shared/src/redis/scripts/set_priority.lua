-- Changes a contact's priority. Its arrival, and so its wait, stay.
-- KEYS: meta, the contact. ARGV: time, id, priority, precondition. Reply: the previous priority.
-- Errors: NOCONTACT, STALE, CHANGED, ENDED.
local key, id, priority = KEYS[2], ARGV[2], tonumber(ARGV[3])

local contact = read_contact(id)
if not contact then return refuse('NOCONTACT') end
local other = other_contact(4, contact)
if other then return other end
if contact.state == 'complete' then return refuse('ENDED') end
local before = priority_of(contact)
if before == priority then return before end
touch(line_keys(contact.profile), key)

local rank = int(priority * BAND + contact.rank % BAND)
call('JSON.MERGE', key, '$', '{"rank":' .. rank .. ',"asked":' .. int(contact.asked or before) .. '}')
if contact.state == 'queued' then
  dequeue(id, contact.profile)
  enqueue(id, contact.profile, rank)
end
emit('{"type":"contact_reprioritised","contact":"' .. id .. '","priority":' .. int(priority) ..
  ',"rank":' .. rank .. field('owner', contact.owner) .. '}')
return before
