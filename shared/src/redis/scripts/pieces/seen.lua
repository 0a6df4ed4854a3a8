-- What a caller saw of a contact or agent, which it must still be. If anything was seen, it stands
-- behind an operation's own arguments, from `place` on: the standing ('*': whatever it is), then
-- each version that it may have; without one, it may have any. shared/src/seen.rs says the same.
--
-- Uses base: ARGV, int, refuse.
-- Uses contact: priority_of, state_of.

local function contact_version(contact)
  return redis.sha1hex(table.concat({ int(contact.created), int(contact.rank),
    int(contact.asked or priority_of(contact)), int(contact.requeues or 0), contact.agent or '',
    contact.assigned and int(contact.assigned) or '', contact.ended and int(contact.ended) or '',
    contact.outcome or '' }, '\n'))
end

-- What an agent chose, as a text, for one on a contact what they are to be when it ends; and the mark
-- if it was made of them. In a document of before the reason says what the mark says now.
local MARKS_OF_BEFORE = { closed = true, requeued = true }
local function chosen(agent)
  local presence, reason, mark = agent.presence, agent.reason, agent.mark
  if agent.activity == 'busy' then
    presence, reason, mark = agent.next or 'available', agent.next_reason, agent.next_mark
  end
  if mark == 'chosen' or presence == 'available' then
    mark = nil
  elseif not mark and MARKS_OF_BEFORE[reason] then
    reason, mark = nil, reason
  end
  return reason and presence .. ' ' .. reason or presence, mark
end

local function agent_version(agent)
  local choice, mark = chosen(agent)
  return redis.sha1hex(table.concat({ agent.fname, agent.lname, table.concat(agent.skills, ','),
    agent.contact or '', agent.since and int(agent.since) or '', choice, mark or '',
    int(agent.changed), int(agent.handled), int(agent.handle_time or 0) }, '\n'))
end

-- Gives the refusal of what has none of the versions that were seen.
local function other_version(place, version_of, what)
  if not ARGV[place + 1] then return nil end
  local version = version_of(what)
  for i = place + 1, #ARGV do
    if ARGV[i] == version then return nil end
  end
  return refuse('CHANGED', version)
end

-- Gives the refusal of what stands otherwise than was seen; `told` says how it stands.
local function other_standing(place, standing, told)
  local seen = ARGV[place]
  if not seen or seen == '*' or seen == standing then return nil end
  return refuse('STALE', told)
end

-- Gives the refusal of a contact that is not what was seen. One that is over is like what it was
-- before: the change that ended it can be repeated.
local function other_contact(place, contact)
  if not ARGV[place] then return nil end
  return other_version(place, contact_version, contact) or
    other_standing(place, contact.agent or '', state_of(contact))
end

-- Gives the refusal of an agent who is not what was seen.
local function other_agent(place, agent)
  if not ARGV[place] then return nil end
  local choice = chosen(agent)
  return other_version(place, agent_version, agent) or other_standing(place, choice, choice)
end
