-- Takes a skill from an agent. KEYS: meta, the agent. ARGV: time, id, skill, precondition.
-- Errors: NOAGENT, STALE, CHANGED, NOTHELD.
local agent = read_agent(ARGV[2])
if not agent then return refuse('NOAGENT') end
local other = other_agent(4, agent)
if other then return other end
if not take_skill(agent, ARGV[3]) then return refuse('NOTHELD') end
