-- Rejects an offer. The contact goes to another agent or is queued at its place.
-- KEYS: meta, the contact. ARGV: time, id, the agent, the number of the offer, the reason or ''.
-- Reply: the state fields of its document. Errors: NOCONTACT, STALEOFFER.
local key, id, number = KEYS[2], ARGV[2], tonumber(ARGV[4])

local contact = read_contact(id)
if not contact then return refuse('NOCONTACT') end
local agent = read_agent(ARGV[3])
if agent and agent.rejected == number then return repeated(contact) end
agent = Offer.open_to(contact, agent, number)
if not agent then return refuse('STALEOFFER', state_of(contact)) end
local other, writes, rest = seat_for(contact.profile)
touch(routing_keys(agent), writes, key, OFFERED, PENALTY)

Offer.finish(contact, 'rejected', ARGV[5] ~= '' and ARGV[5] or nil)
agent.served = ',"rejected":' .. int(number)
Offer.penalize(contact, agent)
return answer(seat(contact, other, rest), nil, rest)
