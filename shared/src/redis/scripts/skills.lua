-- Returns a page of the known skills by name; see pieces/page.lua. KEYS: meta.
-- ARGV: as there, then how many of the next agents are listed.
-- Reply: {first, total, {{skill, waiting, available, staffed, {agent, since, ...}} each}}. `since`
-- is the tick, unless the clock had jumped ahead: then ticks are ahead of the time, and the time
-- comes from the agent's document.
local plausible = (now_ms + FIXED.PLAUSIBLY_AHEAD) * 1000 / TICK
local function in_time(next)
  for i = 2, #next, 2 do
    local changed = tonumber(next[i]) > plausible and call('JSON.GET', AGENT .. next[i - 1], '.changed')
    if changed then next[i] = int(math.floor(changed * 1000 / TICK)) end
  end
  return next
end

local first, total = page_of(SKILLS, 'ZLEXCOUNT', '-')
local rows = {}
for i, skill in ipairs(members(SKILLS, first)) do
  local available = ACD .. 'available:' .. skill
  rows[i] = { skill, tonumber(call('HGET', DEMAND, skill) or 0), call('ZCARD', available),
    call('ZCARD', ACD .. 'staffed:' .. skill),
    in_time(call('ZRANGE', available, 0, ARGV[6] - 1, 'WITHSCORES')) }
end
return { first, total, rows }
