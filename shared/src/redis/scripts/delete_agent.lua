-- Deletes an agent who is not on a contact. KEYS: meta, the agent. ARGV: time, id.
-- Errors: NOAGENT, AGENTBUSY.
local key, id = KEYS[2], ARGV[2]
local agent = read_agent(id)
if not agent then return refuse('NOAGENT') end
if agent.activity == 'busy' then return refuse('AGENTBUSY') end

local writes = routing_keys(agent)
for _, skill in ipairs(agent.skills) do writes[#writes + 1] = STAFFED .. skill end
writes[#writes + 1] = AGENTS
writes[#writes + 1] = SKILLS
touch(writes)

unlist(agent)
call('DEL', key)
call('ZREM', AGENTS, id)
for _, skill in ipairs(agent.skills) do
  call('ZREM', STAFFED .. skill, id)
  forget_skill(skill)
end
emit('{"type":"agent_deleted","agent":"' .. id .. '"}')
