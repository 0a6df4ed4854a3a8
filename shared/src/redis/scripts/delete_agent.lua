-- Deletes an agent who is not on a contact, and notes when: a token that was made before is not for
-- the next agent of that id. KEYS: meta, the agent. ARGV: time, id.
-- Errors: NOAGENT, AGENTBUSY.
local key, id = KEYS[2], ARGV[2]
local agent = read_agent(id)
if not agent then return refuse('NOAGENT') end
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
emit('{"type":"agent_deleted","agent":"' .. id .. '"}')
