-- Returns the counters now, at an earlier minute, and at the start of each part of a series from
-- then on; `Wanted` in shared/src/figures.rs has the same rules.
-- KEYS: meta. ARGV: time, the start, for how many minutes every snapshot is kept and for how many
-- those of quarters, the minutes of a quarter, the most parts, then the names of the counters.
-- Reply: {now in milliseconds, counters now, counters then, {counters of all contacts at each
-- part}, the settings}. A counter may come twice: the stored value and what is to be added.
local kept, kept_by_quarters, quarter = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local this = math.floor(now_ms / 60000)
local since = math.min(math.floor(tonumber(ARGV[2]) / 60000), this)
since = math.max(since, this - kept_by_quarters, 0)
local unit = this - since > kept and quarter or 1
since = since - since % unit
local step = math.ceil(math.ceil((this - since + 1) / ARGV[6]) / unit) * unit

-- Without a snapshot at this minute, the counters are those of the next one, or else those of now.
-- A snapshot more than a minute ahead was taken while the clock had jumped ahead.
local function counts_at(minute)
  local place = call('ZRANGEBYSCORE', MINUTES, minute, this + 1, 'LIMIT', 0, 1)[1]
  return place and COPIES .. place or COUNTS
end

-- Snapshots are taken after the tally has been added, so only the present counters need it.
local since_added = tallied()
local function all_counts(key)
  local counts = call('HGETALL', key)
  if key == COUNTS then
    for name, by in pairs(since_added) do
      counts[#counts + 1] = name
      counts[#counts + 1] = int(by)
    end
  end
  return counts
end

local function named_counts(key)
  local counts = call('HMGET', key, unpack(ARGV, 7))
  if key == COUNTS then
    for i in ipairs(counts) do counts[i] = count_of(counts[i], since_added[ARGV[6 + i]]) end
  end
  return counts
end

-- Parts in which nothing was counted start with the same counters, which are read once.
local series, read = {}, {}
for minute = since, this, step do
  local key = counts_at(minute)
  read[key] = read[key] or named_counts(key)
  series[#series + 1] = read[key]
end
return { now_ms, all_counts(COUNTS), all_counts(counts_at(since)), series, call('HGET', META, 'settings') }
