-- Takes a skill from an agent. KEYS: meta, the agent. ARGV: time, id, skill.
-- Errors: NOAGENT, NOTHELD.
local agent = read_agent(ARGV[2])
if not agent then return refuse('NOAGENT') end
if not take_skill(agent, ARGV[3]) then return refuse('NOTHELD') end
