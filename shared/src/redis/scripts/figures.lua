-- The counts now, at the beginning of a minute, and at the beginning of each part of a series.
-- KEYS: meta. ARGV: time, the minute, how many counts follow, their names, then the minutes at
-- which the parts begin.
-- Reply: {now in milliseconds, counts now, counts then, {counts of all contacts at each part}}.
-- Counts that were never copied are those of the next minute that was, or else those of now.
local function counts_at(minute)
  local place = call('ZRANGEBYSCORE', MINUTES, minute, '+inf', 'LIMIT', 0, 1)[1]
  return place and COPIES .. place or COUNTS
end

-- Parts in which nothing was counted begin with the same counts, which are read once.
local names = tonumber(ARGV[3])
local series, read = {}, {}
for i = 4 + names, #ARGV do
  local key = counts_at(ARGV[i])
  read[key] = read[key] or call('HMGET', key, unpack(ARGV, 4, 3 + names))
  series[#series + 1] = read[key]
end
return { now_ms, call('HGETALL', COUNTS), call('HGETALL', counts_at(ARGV[2])), series }
