-- Ends or extends an agent's wrap-up.
-- KEYS: meta, the agent. ARGV: time, id, how many seconds longer, or '' to end it.
-- Reply: 1. Errors: NOAGENT, NOWRAPUP, NOEND.
local agent = read_agent(ARGV[2])
if not agent then return refuse('NOAGENT') end
if agent.activity ~= 'wrap_up' then return refuse('NOWRAPUP') end
if ARGV[3] == '' then
  local work = work_when_free(agent)
  touch(routing_keys(agent, work), WRAP_UP)
  end_wrap_up(agent, work, true)
  return 1
end
local ends = agent['until']
if not ends then return refuse('NOEND') end
if ends <= now_ms then return refuse('NOWRAPUP') end
touch(KEYS[2], WRAP_UP)
WrapUp.extend(agent, ends + ARGV[3] * 1000)
return 1
