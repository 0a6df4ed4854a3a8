-- Creates a contact: it gets the longest available agent who holds all its skills, or is queued.
-- KEYS: meta, the contact. ARGV: time, id, profile, priority, the document but for what only the
-- script knows (open: without its closing brace).
-- Reply: what its document says of its state. Errors: CLOSED, KEYREUSED.
local key, id, profile, priority = KEYS[2], ARGV[2], ARGV[3], tonumber(ARGV[4])

-- Who creates it once more is told what has become of it.
local function known()
  local contact = read_contact(id)
  if not contact then return nil end
  local asked = contact.asked or priority_of(contact)
  if contact.profile ~= profile or asked ~= priority then return refuse('KEYREUSED') end
  return state_of(contact)
end
if closed then return known() or refuse('CLOSED') end

local agent, writes = seat_for(profile)
touch(writes, key)

local rank = int(priority * BAND + next_tick())
local served = agent and served_by(agent.id, NOW)
local set = call('JSON.SET', key, '$', ARGV[5] .. ',"rank":' .. rank .. ',"created":' .. NOW ..
  (served and ',' .. served .. '}' or '}'), 'NX')
if not set then return known() end
count(profile, 'offered', '1')
emit('{"type":"contact_created","contact":"' .. id .. '","profile":"' .. profile .. '","rank":' .. rank .. '}')
if not agent then
  enqueue(id, profile, rank)
  return '{}'
end
unlist(agent)
take_on({ id = id, profile = profile, created = now_ms }, agent)
return '{' .. served .. '}'
