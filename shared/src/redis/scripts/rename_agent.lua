-- Changes an agent's name. KEYS: meta, the agent. ARGV: time, id, {"fname":..,"lname":..},
-- precondition. Reply: the previous first and last name. Errors: NOAGENT, STALE, CHANGED.
local agent = read_agent(ARGV[2])
if not agent then return refuse('NOAGENT') end
local other = other_agent(4, agent)
if other then return other end
touch(KEYS[2])
call('JSON.MERGE', KEYS[2], '$', ARGV[3])
emit('{"type":"agent_renamed","agent":"' .. in_json(ARGV[2]) .. '"}')
return { agent.fname, agent.lname }
