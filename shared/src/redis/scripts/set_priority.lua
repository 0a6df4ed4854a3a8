-- Changes a contact's priority; its arrival, and so its wait, stay.
-- KEYS: meta, the contact. ARGV: time, id, priority. Errors: NOCONTACT, ENDED.
local key, id, priority = KEYS[2], ARGV[2], tonumber(ARGV[3])

local contact = read_contact(id)
if not contact then return refuse('NOCONTACT') end
if contact.state == 3 then return refuse('ENDED') end
local before = priority_of(contact)
if before == priority then return end
touch(line_keys(contact.profile), key)

local rank = int(priority * BAND + contact.rank % BAND)
call('JSON.MERGE', key, '$', '{"rank":' .. rank .. ',"asked":' .. int(contact.asked or before) .. '}')
if contact.state == 1 then
  dequeue(id, contact.profile)
  enqueue(id, contact.profile, rank)
end
emit('{"type":"contact_reprioritised","contact":"' .. id .. '","priority":' .. int(priority) ..
  ',"rank":' .. rank .. field('owner', contact.owner) .. '}')
