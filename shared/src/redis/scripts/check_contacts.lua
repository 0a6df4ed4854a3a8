-- Audits contacts: checks that each is in exactly the lists and with exactly the agent that its
-- state says.
-- KEYS: meta. ARGV: time, 'repair' or '', ids..
-- Reply: {how many exist, {{finding, repaired}..}}.
begin_check()

local function on_lists(contact)
  local queued = tonumber(call('ZSCORE', QUEUE, contact.id) or -1)
  local lined = tonumber(call('ZSCORE', WAITING .. contact.profile, contact.id) or -1)
  return queued, lined
end

local function take_off(contact)
  call('ZREM', QUEUE, contact.id)
  call('ZREM', WAITING .. contact.profile, contact.id)
  settle(contact.profile)
end

-- Puts a contact that no agent works on where it belongs: with an agent, or at its place in the
-- queue.
local function seat_anew(contact)
  local agent, writes, rest = seat_for(contact.profile)
  touch(writes, line_keys(contact.profile), CONTACT .. contact.id)
  if contact.state == 'assigned' then take_back(contact) end
  if contact.state == 'offered' then Offer.finish(contact, 'withdrawn') end
  take_off(contact)
  seat(contact, agent, rest)
end

local function audit_waiting(contact)
  local queued, lined = on_lists(contact)
  if queued ~= contact.rank or lined ~= contact.rank then
    find('contact ' .. contact.id .. ' waits and is not in the queue at its place',
      function() seat_anew(contact) end)
  end
end

local function must_not_wait(contact, state)
  local queued, lined = on_lists(contact)
  if queued >= 0 or lined >= 0 then
    find('contact ' .. contact.id .. ' is ' .. state .. ' and stands in the queue', function()
      touch(line_keys(contact.profile))
      take_off(contact)
    end)
  end
end

local function audit_assigned(contact)
  must_not_wait(contact, 'assigned')
  local agent = contact.agent and read_agent(contact.agent)
  if not (agent and agent.activity == 'busy' and agent.contact == contact.id) then
    find('contact ' .. contact.id .. ' is with ' .. tostring(contact.agent) .. ', who is not on it',
      contact.agent and function() seat_anew(contact) end)
  end
end

local function audit_offered(contact)
  must_not_wait(contact, 'offered')
  local agent = read_agent(contact.offered_to)
  if not (agent and agent.activity == 'offered' and agent.contact == contact.id and agent.offer == contact.offer) then
    find('contact ' .. contact.id .. ' is offered to ' .. contact.offered_to .. ', who does not have the offer',
      function() seat_anew(contact) end)
  end
end

local function audit_complete(contact)
  must_not_wait(contact, 'over')
  if not call('ZSCORE', DEADLINES, 'expire:' .. contact.id) then
    find('contact ' .. contact.id .. ' is over and would never expire', function()
      touch()
      call('ZADD', DEADLINES, now_ms + FIXED.EXPIRE_AFTER, 'expire:' .. contact.id)
    end)
  end
end

-- Checks that the fields fit together. What is missing cannot be restored.
local function audit_times(contact)
  if contact.agent and not contact.assigned then
    find('contact ' .. contact.id .. ' is with ' .. contact.agent .. ' since no time')
  end
  if (contact.outcome == nil) ~= (contact.ended == nil) then
    find('contact ' .. contact.id .. ' has ended without an outcome, or without a time')
  end
end

local audits = { queued = audit_waiting, offered = audit_offered, assigned = audit_assigned, complete = audit_complete }
local looked = 0
for place = 3, #ARGV do
  local contact = read_contact(ARGV[place])
  if unsound == CONTACT .. ARGV[place] and not wrong_type(unsound) then
    find(unsound .. ' lacks what such a document holds: look at it, and delete it if it is of no use')
  end
  if contact then
    looked = looked + 1
    audits[contact.state](contact)
    audit_times(contact)
  end
end
return { looked, found }
