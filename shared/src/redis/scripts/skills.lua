-- A part of the known skills by name; pieces/page.lua says which. KEYS: meta.
-- ARGV: as there, then how many next agents.
-- Reply: {first, total, {{skill, waiting, available, staffed, {agent, since, ...}} each}}.
local first, total = page_of(SKILLS, 'ZLEXCOUNT', '-')
local rows = {}
for i, skill in ipairs(members(SKILLS, first)) do
  local available = ACD .. 'available:' .. skill
  rows[i] = { skill, tonumber(call('HGET', DEMAND, skill) or 0), call('ZCARD', available),
    call('ZCARD', ACD .. 'staffed:' .. skill),
    call('ZRANGE', available, 0, ARGV[6] - 1, 'WITHSCORES') }
end
return { first, total, rows }
