-- Takes a contact from its agent and puts it back to its place in the queue, from where it may go
-- to another agent at once. The agent becomes unavailable, or the contact would come right back to
-- them.
-- KEYS: meta, the contact. ARGV: time, id, the agent it is taken from, precondition.
-- Reply: the state fields of its document. Errors: NOCONTACT, STALE, CHANGED.
local key, id, from = KEYS[2], ARGV[2], ARGV[3]

local contact = read_contact(id)
if not contact then return refuse('NOCONTACT') end
local changed = other_contact(4, contact)
if changed then return changed end
-- A repeat, as it already waits again.
if contact.state == 'queued' and contact.requeues then return repeated(contact) end
local agent = read_agent(from)
if contact.state ~= 'assigned' or contact.agent ~= from or not agent then return refuse('STALE', state_of(contact)) end

local other, writes, rest = seat_for(contact.profile)
touch(writes, routing_keys(agent), key)

credit(agent, time_on(contact))
if agent.ready then agent.clears = ',"ready":null' end
take_back(contact)
local state = seat(contact, other, rest)
call('ZREM', BUSY, from)
more_busy = more_busy - 1
if agent.next then make_next(agent) else make_unavailable(agent, nil, 'requeued') end
return answer(state, nil, rest)
