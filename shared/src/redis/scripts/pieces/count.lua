-- What is counted, in the same step as what it counts: {acd}:counts, and a copy of it as it stood
-- at the beginning of each minute in which something was counted, {acd}:counts:<minute>.
local THIS_MINUTE = math.floor(now_ms / 60000)
local minute_begun = false

-- Keeps the counts as they stand before the first thing is counted in a minute.
local function begin_minute()
  if minute_begun then return end
  minute_begun = true
  if tonumber(call('HGET', COUNTS, 'minute') or 0) >= THIS_MINUTE then return end
  call('COPY', COUNTS, counts_key(THIS_MINUTE), 'REPLACE')
  call('ZADD', MINUTES, THIS_MINUTE, THIS_MINUTE)
  call('HSET', COUNTS, 'minute', THIS_MINUTE)
  local past = '(' .. int(THIS_MINUTE - 1500)
  for _, minute in ipairs(call('ZRANGEBYSCORE', MINUTES, '-inf', past, 'LIMIT', 0, 10)) do
    call('DEL', ACD .. 'counts:' .. minute)
    call('ZREM', MINUTES, minute)
  end
end

-- Counts for all contacts and for each skill of the profile.
local function count(profile, name, by)
  begin_minute()
  call('HINCRBY', COUNTS, name, by)
  for _, skill in ipairs(skills_of(profile)) do
    call('HINCRBY', COUNTS, name .. '|' .. skill, by)
  end
end

-- Counts a wait at the first bound that it does not pass, as 'assigned_<seconds>'; one that is
-- longer than all is only in 'assigned'. The bounds are those of shared/src/service_level.rs.
local WAIT_BOUNDS = { 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600 }
local function count_wait(profile, wait)
  for _, bound in ipairs(WAIT_BOUNDS) do
    if wait <= bound * 1000 then return count(profile, 'assigned_' .. bound, 1) end
  end
end

-- The time that agents spend 'busy' or 'idle': milliseconds over, how many spells go on, and the
-- sum of when those began.
local function begin_spell(kind)
  begin_minute()
  call('HINCRBY', COUNTS, kind .. '_going', 1)
  call('HINCRBY', COUNTS, kind .. '_began', now_ms)
end

local function end_spell(kind, began)
  begin_minute()
  call('HINCRBY', COUNTS, kind .. '_going', -1)
  call('HINCRBY', COUNTS, kind .. '_began', -began)
  call('HINCRBY', COUNTS, kind .. '_over', math.max(now_ms - began, 0))
end
