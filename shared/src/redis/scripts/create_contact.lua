-- Creates a contact: it gets the longest available agent who holds all its skills, or is queued.
-- KEYS: meta, the contact. ARGV: time, id, profile, priority, the document but for what only the
-- script knows (open: without its closing brace).
-- Reply: {state, agent, assigned, ended, outcome}. Errors: CLOSED, KEYREUSED.
local key, id, profile, priority = KEYS[2], ARGV[2], ARGV[3], tonumber(ARGV[4])

local known = read_contact(id)
if known then
  local asked = known.asked or known.priority
  if known.profile ~= profile or asked ~= priority then return refuse('KEYREUSED') end
  return state_of(known)
end
if closed then return refuse('CLOSED') end

local agent, writes = seat_for(profile)
writes[#writes + 1] = key
touch(writes)

local rank = priority * 2 ^ 45 + next_tick()
call('JSON.SET', key, '$', ARGV[5] .. ',"rank":' .. int(rank) .. ',"created":' .. NOW .. ',' ..
  (agent and assigned_to(agent) or '"state":1') .. '}')
count(profile, 'offered', '1')
emit('contact_created', ',"contact":"' .. id .. '","profile":"' .. profile .. '","rank":' .. int(rank))
if not agent then
  enqueue(id, profile, rank)
  return { 1, '', 0, 0, '' }
end
unlist(agent)
take_on({ id = id, profile = profile, created = now_ms }, agent)
return { 2, agent.id, now_ms, 0, '' }
