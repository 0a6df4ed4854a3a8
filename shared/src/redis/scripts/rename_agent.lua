-- Changes an agent's name. KEYS: meta, the agent. ARGV: time, id, {"fname":..,"lname":..}.
-- Errors: NOAGENT.
if call('EXISTS', KEYS[2]) == 0 then return refuse('NOAGENT') end
touch(KEYS[2])
call('JSON.MERGE', KEYS[2], '$', ARGV[3])
emit('{"type":"agent_renamed","agent":"' .. ARGV[2] .. '"}')
