-- Creates a contact. It is assigned to the longest available agent who holds all its skills, or
-- queued.
-- KEYS: meta, the contact. ARGV: time, id, profile and priority ('' for those that are set), the
-- document without its closing brace (the script adds rank and state, and what is set), its owner
-- and its type ('' or absent if it has none).
-- Reply: the state fields of its document. If it exists already, the whole document, which the
-- caller compares with the request. Errors: CLOSED, NOTYPE, NOSKILLS, NOBODYHOLDS with the skill.
local key, id, profile, priority, document = KEYS[2], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local contact = { id = id, created = now_ms }
if ARGV[6] ~= '' then contact.owner = ARGV[6] end

if closed then return call('JSON.GET', key) or refuse('CLOSED') end
if ARGV[7] then
  contact.type = ARGV[7]
  if not settings_of_type(contact.type) then return call('JSON.GET', key) or refuse('NOTYPE') end
end
local taken
if profile == '' then
  local read, asked
  read, profile, asked = try(profile_of, set_for(contact, 'skills'))
  if not read then return call('JSON.GET', key) or refuse('NOSKILLS') end
  taken = 'skills'
  document = document .. (document == '{' and '' or ',') .. '"profile":"' .. in_json(profile) .. '"' ..
    field('asked_skills', asked)
end
if not priority then
  local set = set_for(contact, 'priority')
  if set then taken = taken and 'skills priority' or 'priority' end
  priority = whole(set)
  if not priority or priority > 255 then priority = FIXED.DEFAULT_PRIORITY end
end
if taken then document = document .. ',"taken":"' .. taken .. '"' end
contact.profile = profile
if settings.known_skills_only == true then
  for _, skill in ipairs(skills_of(profile)) do
    if call('EXISTS', STAFFED .. skill) == 0 then
      return call('JSON.GET', key) or redis.error_reply('NOBODYHOLDS ' .. skill)
    end
  end
end

local agent, writes, rest = seat_for(profile)
touch(writes, key, contact.type and LIVE)

local rank = int(priority * BAND + next_tick())
local ends = pauses and agent and Offer.ends_at(contact)
-- The event of the offer follows that of the creation.
local number = ends and int(last_event + 2)
if ends then ends = int(ends) end
local served = agent and (ends and Offer.part(agent.id, number, ends) or served_by(agent.id, NOW))
document = document .. ',"rank":' .. rank .. ',"created":' .. NOW .. (served and ',' .. served .. '}' or '}')
local set = run('JSON.SET', key, '$', document, 'NX')
if set and set.err then set = call('JSON.SET', key, '$', document, 'NX') end
if not set then return call('JSON.GET', key) end
count(contact, 'created', '1')
begin_of_type(contact)
emit('{"type":"contact_created","contact":"' .. id .. (contact.type and '"' .. field('contact_type', contact.type) or '"') ..
  ',"profile":"' .. in_json(profile) .. '","rank":' .. rank .. field('owner', contact.owner) .. '}')
if agent then
  unlist(agent)
  if ends then Offer.make(contact, agent, number, ends) else take_on(contact, agent) end
else
  queue(contact, rank, rest)
end
return answer(served, nil, rest)
