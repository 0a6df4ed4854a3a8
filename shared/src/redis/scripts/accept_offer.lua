-- Accepts an offer: the agent is on the contact from now on.
-- KEYS: meta, the contact. ARGV: time, id, the agent, the number of the offer.
-- Reply: the state fields of its document. Errors: NOCONTACT, STALEOFFER.
local key, id, name, number = KEYS[2], ARGV[2], ARGV[3], tonumber(ARGV[4])

local contact = read_contact(id)
if not contact then return refuse('NOCONTACT') end
if contact.offer == number and contact.agent == name then return repeated(contact) end
local agent = Offer.open_to(contact, read_agent(name), number)
if not agent then return refuse('STALEOFFER', state_of(contact)) end
touch(AGENT .. name, key, OFFERED)

local served = served_by(name, NOW)
unguarded('JSON.MERGE', key, '$', '{' .. served .. ',"offered_to":null,"offered_until":null}')
count(contact, 'accepted', '1')
if agent.misses then agent.clears = agent.clears .. ',"misses":null' end
contact.accepted = number
take_on(contact, agent)
return answer(served)
