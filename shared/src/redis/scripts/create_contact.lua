-- Creates a contact: it gets the longest available agent who holds all its skills, or is queued.
-- KEYS: meta, the contact. ARGV: time, id, profile, priority, the document but for what only the
-- script knows (open: without its closing brace).
-- Reply: {state, agent, assigned, ended, outcome}. Errors: CLOSED, KEYREUSED.
local key, id, profile, priority = KEYS[2], ARGV[2], ARGV[3], tonumber(ARGV[4])

local known = read_contact(id)
if known then
  if known.profile ~= profile or known.priority ~= priority then
    return refuse('KEYREUSED')
  end
  return state_of(known)
end
if call('HGET', META, 'closed') then return refuse('CLOSED') end

-- Who waits with this profile shows that no routable agent serves it.
local agent
if call('EXISTS', line_key(profile)) == 0 then
  local found = longest_available(skills_of(profile))
  agent = found and read_agent(found)
end
local writes = agent and routing_keys(agent) or line_keys(profile)
writes[#writes + 1] = key
touch(writes)

local rank = priority * 2 ^ 45 + next_tick()
call('JSON.SET', key, '$', ARGV[5] .. ',"state":1,"rank":' .. int(rank) .. ',"created":' ..
  int(now_ms) .. '}')
call('HINCRBY', META, 'offered', 1)
emit('contact_created', ',"contact":"' .. id .. '","profile":"' .. profile .. '","rank":' .. int(rank))
if not agent then
  enqueue(id, profile, rank)
  return { 1, '', 0, 0, '' }
end
unlist(agent.id, agent.skills)
assign({ id = id, created = now_ms }, agent.id)
return { 2, agent.id, now_ms, 0, '' }
