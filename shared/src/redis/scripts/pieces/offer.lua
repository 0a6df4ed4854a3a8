-- Offers: a contact is offered to an agent, who accepts, rejects or misses it. {acd}:offered has the
-- agents with an offer, {acd}:penalty those who must wait after one, by when it ends.
--
-- Uses constants: FIXED.
-- Uses base: BUSY, CONTACT, OFFERED, PENALTY, call, in_json, int, now_ms, whole.
-- Uses write: emit, field.
-- Uses count: count, more_busy.
-- Uses commit: set_for.
-- Uses agent: arriving, become.
local Offer = {}

-- Returns until when a contact is offered to the agent who gets it now; nil if it is assigned.
function Offer.ends_at(contact)
  local seconds = set_for(contact, 'offer_timeout_s')
  seconds = seconds and whole(seconds)
  return seconds and now_ms + seconds * 1000
end

-- Returns the fields of an offered contact. `number` and `ends` are numbers as text.
function Offer.part(agent, number, ends)
  return '"offer":' .. number .. ',"offered_to":"' .. in_json(agent) .. '","offered_until":' .. ends
end

-- Offers a contact on no list, whose document already says so, to an agent on no list. `place`: since
-- when they are available, if their document does not say it. `number` and `ends` are numbers as text.
function Offer.make(contact, agent, number, ends, place)
  if agent.activity == 'offered' then agent.clears = agent.penalty and ',"penalty":null' or nil end
  agent.ends = nil
  become(agent, arriving(agent) .. ',"activity":"offered","contact":"' .. contact.id .. '","offer":' .. number ..
    ',"until":' .. ends .. (place and ',"since":' .. place or ''))
  if agent.activity == 'busy' then
    call('ZREM', BUSY, agent.id)
    more_busy = more_busy - 1
  end
  call('ZADD', OFFERED, ends, agent.id)
  count(contact, 'offers', '1')
  emit('{"type":"contact_offered","contact":"' .. contact.id .. '","agent":"' .. in_json(agent.id) .. '","offer":' ..
    number .. ',"until":' .. ends .. field('owner', contact.owner) .. '}')
end

-- Returns the agent of an offer if it is open and theirs, else nil.
function Offer.open_to(contact, agent, number)
  local open = contact.offered_to and contact.offer == number and now_ms < contact.offered_until
  return open and agent and agent.id == contact.offered_to and agent.offer == number and agent or nil
end

-- Ends the offer of a contact, which is on no list then. Its agent is still to become something else.
do
  local COUNTED = {
    rejected = 'rejected', missed = 'missed', withdrawn = 'withdrawn', abandoned = 'abandoned_while_offered',
  }
  function Offer.finish(contact, how, reason)
    call('JSON.MERGE', CONTACT .. contact.id, '$', '{"offer":null,"offered_to":null,"offered_until":null}')
    count(contact, COUNTED[how], '1')
    emit('{"type":"offer_ended","contact":"' .. contact.id .. '","agent":"' .. in_json(contact.offered_to) ..
      '","offer":' .. int(contact.offer) .. ',"how":"' .. how .. '"' .. field('reason', reason) ..
      field('owner', contact.owner) .. '}')
    contact.offer, contact.offered_to, contact.offered_until = nil, nil, nil
  end
end

-- Makes an available agent on no list wait until their penalty is over.
function Offer.pause(agent, ends)
  ends = int(ends)
  agent.ends = nil
  become(agent, arriving(agent) .. ',"activity":"penalty","until":' .. ends ..
    (agent.contact and ',"contact":null' or '') .. (agent.place and ',"since":null' or ''))
  call('ZADD', PENALTY, ends, agent.id)
  emit('{"type":"agent_penalty","agent":"' .. in_json(agent.id) .. '","until":' .. ends .. '}')
end

-- Puts an agent who missed or rejected the offer of this contact on penalty.
function Offer.penalize(contact, agent)
  local ends = now_ms + (whole(set_for(contact, 'penalty_s')) or FIXED.PENALTY_AFTER_OFFER) * 1000
  agent.served = (agent.served or '') .. ',"penalty":' .. int(ends)
  Offer.pause(agent, ends)
end
