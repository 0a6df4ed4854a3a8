-- A page of the known skills by name. KEYS: meta.
-- ARGV: time, the least name (as ZRANGEBYLEX takes it), how many, how many next agents.
-- Reply: {skill, waiting, available, staffed, {agent, since, ...}} each.
local rows = {}
for i, skill in ipairs(call('ZRANGEBYLEX', SKILLS, ARGV[2], '+', 'LIMIT', 0, ARGV[3])) do
  local available = ACD .. 'available:' .. skill
  rows[i] = { skill, tonumber(call('HGET', DEMAND, skill) or 0), call('ZCARD', available),
    call('ZCARD', ACD .. 'staffed:' .. skill),
    call('ZRANGE', available, 0, ARGV[4] - 1, 'WITHSCORES') }
end
return rows
