-- Preconditions: what a caller saw of a contact or agent and must still be so. They follow an
-- operation's own arguments, from `place` on: the standing ('*' for any), then each accepted
-- version; without versions any is accepted. shared/src/seen.rs has the same rules.
--
-- Uses base: ARGV, int, refuse.
-- Uses contact: priority_of, state_of.

local function contact_version(contact)
  return redis.sha1hex(table.concat({ int(contact.created), int(contact.rank),
    int(contact.asked or priority_of(contact)), int(contact.requeues or 0), contact.agent or '',
    contact.assigned and int(contact.assigned) or '', contact.ended and int(contact.ended) or '',
    contact.outcome or '', contact.offered_to and int(contact.offer) }, '\n'))
end

local chosen
do
  -- Returns an agent's choice as text (for a busy agent, what they will be next), and the mark if
  -- nobody chose it. In older documents the reason holds the mark.
  local MARKS_OF_BEFORE = { closed = true, requeued = true }
  chosen = function(agent)
    local presence, reason, mark = agent.presence, agent.reason, agent.mark
    if agent.activity == 'busy' or agent.activity == 'wrap_up' then
      presence, reason, mark = agent.next or 'available', agent.next_reason, agent.next_mark
    end
    if mark == 'chosen' or presence == 'available' then
      mark = nil
    elseif not mark and MARKS_OF_BEFORE[reason] then
      reason, mark = nil, reason
    end
    return reason and presence .. ' ' .. reason or presence, mark
  end
end

local function agent_version(agent)
  local choice, mark = chosen(agent)
  local more = {}
  if agent.place then more[1] = int(agent.offer) end
  if agent.ends then more[#more + 1] = int(agent['until']) end
  if agent.misses then more[#more + 1] = int(agent.misses) end
  if agent.wrap_up_time then more[#more + 1] = int(agent.wrap_up_time) end
  return redis.sha1hex(table.concat({ agent.fname, agent.lname, table.concat(agent.skills, ','),
    agent.contact or '', agent.since and int(agent.since) or '', choice, mark or '',
    int(agent.changed), int(agent.handled), int(agent.handle_time or 0), unpack(more) }, '\n'))
end

-- Returns a refusal if the present version is none of those seen, else nil.
local function other_version(place, version_of, what)
  if not ARGV[place + 1] then return nil end
  local version = version_of(what)
  for i = place + 1, #ARGV do
    if ARGV[i] == version then return nil end
  end
  return refuse('CHANGED', version)
end

-- Returns a refusal if the standing is not the one seen, else nil. `told` describes the present
-- one.
local function other_standing(place, standing, told)
  local seen = ARGV[place]
  if not seen or seen == '*' or seen == standing then return nil end
  return refuse('STALE', told)
end

-- Returns a refusal if a contact is not what was seen, else nil. A contact that has ended still
-- counts as being with its agent, so that the change that ended it can be repeated.
local function other_contact(place, contact)
  if not ARGV[place] then return nil end
  return other_version(place, contact_version, contact) or
    other_standing(place, contact.agent or '', state_of(contact))
end

-- Returns a refusal if an agent is not what was seen, else nil.
local function other_agent(place, agent)
  if not ARGV[place] then return nil end
  local choice = chosen(agent)
  return other_version(place, agent_version, agent) or other_standing(place, choice, choice)
end
