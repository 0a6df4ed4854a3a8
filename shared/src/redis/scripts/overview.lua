-- Returns the figures of the floor, all of one moment. KEYS: meta. ARGV: time, the names of the
-- counters.
-- Reply: {closed, now, event, waiting, oldest arrival or 0, agents, available, busy, offered, in
-- wrap-up, on penalty, counters ...}.
local meta = call('HMGET', META, 'closed', 'event', 'pauses')
local counts = call('HMGET', COUNTS, unpack(ARGV, 2))

-- The contact that has waited longest is the first of one of the priorities (at most 256).
local oldest, earliest, from = nil, math.huge, 0
while true do
  local first = call('ZRANGEBYSCORE', QUEUE, from, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if not first[1] then break end
  local rank = tonumber(first[2])
  local arrival = rank % BAND
  if arrival < earliest then oldest, earliest = first[1], arrival end
  from = rank - arrival + BAND
end
oldest = oldest and run('JSON.GET', CONTACT .. oldest, '.created')
-- Another client may have damaged the document.
oldest = type_of(oldest) == 'string' and whole(oldest) or 0

local figures = { meta[1] and 1 or 0, now_ms, whole(meta[2]) or end_of_log(), call('ZCARD', QUEUE), oldest,
  call('ZCARD', AGENTS), call('ZCARD', ACD .. 'available:*'), call('ZCARD', BUSY),
  meta[3] and call('ZCARD', OFFERED) or 0, meta[3] and call('ZCARD', WRAP_UP) or 0,
  meta[3] and call('ZCARD', PENALTY) or 0 }
local since_added = tallied()
for i, counted in ipairs(counts) do
  figures[#figures + 1] = count_of(counted, since_added[ARGV[1 + i]])
end
return figures
