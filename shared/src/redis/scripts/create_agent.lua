-- Creates an agent, unavailable.
-- KEYS: meta, the agent. ARGV: time, id, the document without its closing brace (the script adds
-- the state), then each skill. Errors: AGENTEXISTS.
local key, id = KEYS[2], ARGV[2]
if call('EXISTS', key) == 1 then return refuse('AGENTEXISTS') end

local staffed = {}
for i = 4, #ARGV do staffed[#staffed + 1] = STAFFED .. ARGV[i] end
local is_first = call('EXISTS', AGENTS) == 0
touch(key, AGENTS, SKILLS, staffed)

-- No earlier version has made anybody available.
if is_first then call('HSET', META, 'lined', '1') end
call('JSON.SET', key, '$', ARGV[3] .. ',"presence":"unavailable","mark":"new","activity":"idle","changed":' ..
  NOW .. ',"handled":0,"handle_time":0}')
call('ZADD', AGENTS, 0, id)
for i, list in ipairs(staffed) do
  call('ZADD', list, 0, id)
  call('ZADD', SKILLS, 0, ARGV[3 + i])
end
local skills = {}
for i = 4, #ARGV do skills[#skills + 1] = '"' .. in_json(ARGV[i]) .. '"' end
emit('{"type":"agent_created","agent":"' .. in_json(id) .. '","skills":[' .. table.concat(skills, ',') .. ']}')
note_away({ id = id }, 'new')
