-- Deletes an agent who is not on a contact, and stores when: an older token is not valid for a new
-- agent with that id. KEYS: meta, the agent. ARGV: time, id, precondition.
-- Reply: the agent's document. Errors: NOAGENT, STALE, CHANGED, AGENTBUSY.
local key, id = KEYS[2], ARGV[2]
local json = call('JSON.GET', key)
if not json then return refuse('NOAGENT') end
local agent = cjson.decode(json)
local other = other_agent(3, agent)
if other then return other end
if agent.activity == 'busy' then return refuse('AGENTBUSY') end

local staffed = {}
for i, skill in ipairs(agent.skills) do staffed[i] = STAFFED .. skill end
touch(routing_keys(agent), staffed, AGENTS, SKILLS, DEMAND, DELETED)

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
return json
