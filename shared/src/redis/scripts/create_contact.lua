-- Creates a contact. It is assigned to the longest available agent who holds all its skills, or
-- queued.
-- KEYS: meta, the contact. ARGV: time, id, profile, priority, the document without its closing
-- brace (the script adds rank and state), its owner if it has one.
-- Reply: the state fields of its document. If it exists already, the whole document, which the
-- caller compares with the request. Errors: CLOSED, NOBODYHOLDS with the skill.
local key, id, profile, priority, owner = KEYS[2], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[6]

if closed then return call('JSON.GET', key) or refuse('CLOSED') end
if settings.known_skills_only == true then
  for _, skill in ipairs(skills_of(profile)) do
    if call('EXISTS', STAFFED .. skill) == 0 then
      return call('JSON.GET', key) or redis.error_reply('NOBODYHOLDS ' .. skill)
    end
  end
end

local agent, writes, rest = seat_for(profile)
touch(writes, key)

local rank = int(priority * BAND + next_tick())
local served = agent and served_by(agent.id, NOW)
local document = ARGV[5] .. ',"rank":' .. rank .. ',"created":' .. NOW .. (served and ',' .. served .. '}' or '}')
local set = run('JSON.SET', key, '$', document, 'NX')
if set and set.err then set = call('JSON.SET', key, '$', document, 'NX') end
if not set then return call('JSON.GET', key) end
count(profile, 'created', '1')
emit('{"type":"contact_created","contact":"' .. id .. '","profile":"' .. in_json(profile) .. '","rank":' .. rank ..
  field('owner', owner) .. '}')
if agent then
  unlist(agent)
  take_on({ id = id, profile = profile, created = now_ms, owner = owner }, agent)
else
  queue({ id = id, profile = profile }, rank, rest)
end
return answer(served, nil, rest)
