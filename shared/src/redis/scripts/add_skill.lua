-- Gives an agent a skill. They keep their place among the available and may get a contact at once.
-- KEYS: meta, the agent. ARGV: time, id, skill, the most skills allowed, precondition.
-- Reply: 1 if it is new to them, else 0. Errors: NOAGENT, STALE, CHANGED, TOOMANY.
local key, id, skill = KEYS[2], ARGV[2], ARGV[3]
local agent = read_agent(id)
if not agent then return refuse('NOAGENT') end
local other = other_agent(5, agent)
if other then return other end
for _, held in ipairs(agent.skills) do
  if held == skill then return 0 end
end
if #agent.skills >= tonumber(ARGV[4]) then return refuse('TOOMANY') end

local skills = { unpack(agent.skills) }
skills[#skills + 1] = skill
local work = agent.since and work_for(skills)
touch(routing_keys(agent), routing_keys({ id = id, skills = skills }, work), STAFFED .. skill, SKILLS)

call('JSON.ARRAPPEND', key, '$.skills', '"' .. in_json(skill) .. '"')
call('ZADD', STAFFED .. skill, 0, id)
call('ZADD', SKILLS, 0, skill)
emit('{"type":"skill_added","agent":"' .. in_json(id) .. '","skill":"' .. in_json(skill) .. '"}')
if work then
  give(work, agent)
elseif agent.since then
  local since = int(agent.since)
  call('ZADD', AVAILABLE .. skill, since, id)
  change_line(agent, skills, since)
end
return 1
