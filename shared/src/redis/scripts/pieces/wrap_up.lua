-- Wrap-up: what an agent does after a contact that they were on. {acd}:wrap_up has the agents in
-- wrap-up, by when it ends; one that they end themselves has no end.
--
-- Uses base: AGENT, BUSY, WRAP_UP, call, in_json, int, now_ms, refuse, run, type_of, whole.
-- Uses call: look_at_document.
-- Uses profile: ANY.
-- Uses write: emit, time_since.
-- Uses count: count, more_busy.
-- Uses commit: pauses, set_for.
-- Uses contact: read_contact.
-- Uses agent: become.
local WrapUp = {}

-- Returns when the wrap-up after a contact would end; math.huge if the agent ends it, nil if there is
-- none.
function WrapUp.ends_at(contact)
  local set = set_for(contact, 'wrap_up')
  if type_of(set) ~= 'table' then return nil end
  if set.mode == 'manual' then return math.huge end
  local seconds = set.mode == 'timed' and whole(set.seconds)
  return seconds and now_ms + seconds * 1000 or nil
end

-- Writes until when an agent is in wrap-up.
function WrapUp.list(agent, ends)
  call('ZADD', WRAP_UP, ends == math.huge and '+inf' or int(ends), agent.id)
  emit('{"type":"agent_wrap_up","agent":"' .. in_json(agent.id) .. '","contact":"' .. agent.contact .. '"' ..
    (ends == math.huge and '' or ',"until":' .. int(ends)) .. '}')
end

-- Puts a busy agent whose contact has ended in wrap-up.
function WrapUp.begin(agent, ends)
  local next = agent.next
  agent.next = nil
  become(agent, ',"activity":"wrap_up"' .. (ends == math.huge and '' or ',"until":' .. int(ends)) ..
    (agent.ready and ',"ready":null' or ''))
  agent.next = next
  if run('ZREM', BUSY, agent.id) ~= 1 then call('ZREM', BUSY, agent.id) end
  WrapUp.list(agent, ends)
end

function WrapUp.extend(agent, ends)
  call('JSON.MERGE', AGENT .. agent.id, '$', '{"until":' .. int(ends) .. '}')
  WrapUp.list(agent, ends)
end

-- Counts the time of a wrap-up that ends, because its agent is done or its time is over. Its agent is
-- still to become something else. A contact that
-- has expired meanwhile counts for the floor only.
function WrapUp.finish(agent, done)
  local time = time_since(agent.changed)
  if time > 0 then
    local contact = read_contact(agent.contact, look_at_document) or { profile = ANY }
    count(contact, 'wrap_up_time', int(time))
    agent.served = ',"wrap_up_time":' .. int((agent.wrap_up_time or 0) + time)
  end
  more_busy = more_busy - 1
  emit('{"type":"wrap_up_ended","agent":"' .. in_json(agent.id) .. '","contact":"' .. agent.contact .. '","time":' ..
    int(time) .. ',"done":' .. (done and 'true' or 'false') .. '}')
end

-- Returns whether it ends the wrap-up that an agent ends themselves if they are available now: they are
-- in it, or on the contact before it.
function WrapUp.ends_by_choice(agent)
  if agent.activity == 'wrap_up' then return not agent['until'] end
  if not pauses or agent.activity ~= 'busy' then return false end
  local contact = read_contact(agent.contact or '')
  return contact ~= nil and WrapUp.ends_at(contact) == math.huge
end

-- Returns a refusal if a contact may not get this disposition, else nil. It names those that are set.
function WrapUp.unknown_disposition(contact, disposition)
  local known = set_for(contact, 'dispositions')
  if type_of(known) ~= 'table' then return nil end
  for _, name in ipairs(known) do
    if name == disposition then return nil end
  end
  return refuse('NODISPOSITION', known[1] and cjson.encode(known) or '[]')
end
