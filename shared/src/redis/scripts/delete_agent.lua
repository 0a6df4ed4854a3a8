-- Deletes an agent who is not on a contact, and stores when: an older token is not valid for a new
-- agent with that id. KEYS: meta, the agent. ARGV: time, id, precondition.
-- Reply: the agent's document. Errors: NOAGENT, STALE, CHANGED, AGENTBUSY.
local key, id = KEYS[2], ARGV[2]
local json = call('JSON.GET', key)
if not json then return refuse('NOAGENT') end
-- One that is damaged can be deleted.
local agent = look_at_agent(id) or cjson.decode(json)
local other = other_agent(3, agent)
if other then return other end
if agent.activity == 'busy' then return refuse('AGENTBUSY') end

local offered = agent.activity == 'offered' and read_contact(agent.contact)
if offered and offered.offered_to ~= id then offered = nil end
local next_agent, writes, rest
if offered then
  next_agent, writes, rest = seat_for(offered.profile)
  touch(writes, CONTACT .. offered.id)
end
local staffed = {}
for i, skill in ipairs(agent.skills) do staffed[i] = STAFFED .. skill end
touch(routing_keys(agent), staffed, AGENTS, SKILLS, DEMAND, DELETED, OFFERED, WRAP_UP, PENALTY)
if offered then Offer.finish(offered, 'withdrawn') end
if agent.activity == 'wrap_up' then WrapUp.finish(agent, true) end
call('ZREM', OFFERED, id)
call('ZREM', WRAP_UP, id)
call('ZREM', PENALTY, id)

unlist(agent)
note_away(agent, nil)
call('DEL', key)
call('ZREM', AGENTS, id)
call('ZADD', DELETED, NOW, id)
for i, skill in ipairs(agent.skills) do
  call('ZREM', staffed[i], id)
  forget_skill(skill)
end
emit('{"type":"agent_deleted","agent":"' .. in_json(id) .. '"}')
if offered then seat(offered, next_agent, rest) end
return json
