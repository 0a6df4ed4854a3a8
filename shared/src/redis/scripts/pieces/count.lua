-- Counters, updated in the same step as what they count. A script collects its counts and appends
-- them to {acd}:tally as one entry at its end (pieces/commit.lua). Every 128 entries they are added
-- to {acd}:counts; adding each count separately would be a quarter of a script's time.
-- {acd}:counts:<place> are snapshots of the counters, taken at the start of minutes in which
-- something was counted.
--
-- Uses constants: FIXED, WAIT_BOUNDS.
-- Uses base: COUNTS, MINUTES, NOW, TALLY, call, decode, in_json, in_json_of, int, try, type_of,
--   whole.
-- Uses profile: skills_of.
local TALLIED = 128
local tally

-- Counts for all contacts, for each skill of the contact's profile, and for its type. `by` is a number
-- as text.
local function count(contact, name, by)
  local profile = contact.profile
  tally[#tally + 1] = '"' .. name .. '","' .. (in_json_of[profile] or in_json(profile)) .. '",' .. by
  -- No profile begins with a comma.
  if contact.type then tally[#tally + 1] = '"' .. name .. '",",' .. in_json(contact.type) .. '",' .. by end
end

-- How many more agents are busy and idle than when the script began. Stored are the number of such
-- agents and their total time, which grows by the time at which an agent stops and shrinks by the
-- time at which one starts.
local more_busy, more_idle
-- `kind` is already JSON.
local function count_more(kind, more)
  if more == 0 then return end
  local by = more == 1 and '1' or more == -1 and '-1' or int(more)
  tally[#tally + 1] = kind .. by .. ',' .. NOW
end

-- Returns a stored counter plus `more`. A value from another client that is not a count is 0;
-- shared/src/redis/reply.rs has the same rule.
local function count_of(text, more)
  return whole((text and string.find(text, '^%d+$') and whole(text) or 0) + (more or 0)) or 0
end

-- Returns the tallied counts that are not yet added, by the fields of {acd}:counts.
local tallied
do
  -- Larger sums cannot be added to the counters in Redis.
  local MOST = 2 ^ 62
  local COMMA = 44

  -- Sums up items of the tally by the fields of {acd}:counts. Fails if an item was not written by a
  -- script.
  local function sums_of(items)
    local of_profile, going, time, sums = {}, {}, {}, {}
    for i = 1, #items, 3 do
      local name, profile, by = items[i], items[i + 1], items[i + 2]
      if name == 'busy' or name == 'idle' then
        going[name] = (going[name] or 0) + profile
        time[name] = (time[name] or 0) - profile * by
      else
        local counts = of_profile[profile]
        if not counts then
          counts = {}
          of_profile[profile] = counts
        end
        counts[name] = (counts[name] or 0) + by
      end
    end
    local function add(field, by) sums[field] = (sums[field] or 0) + by end
    for profile, counts in pairs(of_profile) do
      local of_type = string.byte(profile) == COMMA
      for name, by in pairs(counts) do
        if of_type then
          add(name .. profile, by)
        else
          add(name, by)
          for _, skill in ipairs(skills_of(profile)) do add(name .. '|' .. skill, by) end
        end
      end
    end
    for kind, by in pairs(going) do
      sums[kind .. '_going'], sums[kind .. '_time'] = by, time[kind]
    end
    for field, by in pairs(sums) do
      if type_of(field) ~= 'string' then error('a count has a name') end
      if not (by > -MOST and by < MOST) then error('a count can be counted on with') end
    end
    return sums
  end

  local function items_of(entries) return decode('[' .. table.concat(entries, ',') .. ']') end

  -- Returns the items of entries, without entries that no script wrote.
  local function sound_items_of(entries)
    local sound = {}
    for _, entry in ipairs(entries) do
      local read, items = try(items_of, { entry })
      if read and try(sums_of, items) then
        for _, item in ipairs(items) do sound[#sound + 1] = item end
      end
    end
    return sound
  end

  -- Checking every item would take as long as everything else here, so it is done only after a
  -- failure.
  tallied = function()
    local entries = call('LRANGE', TALLY, 0, -1)
    local read, sums = try(function() return sums_of(items_of(entries)) end)
    return read and sums or sums_of(sound_items_of(entries))
  end
end

local function add_up()
  for field, by in pairs(tallied()) do
    if by ~= 0 then call('HINCRBY', COUNTS, field, int(by)) end
  end
  call('DEL', TALLY)
end

-- Counts an assignment in the first bucket that its wait fits: 'assigned_<seconds>' or
-- 'assigned_later'. `wait_text` is the wait as text.
local count_wait
do
  local assigned_within = {}
  for i = 1, #WAIT_BOUNDS do assigned_within[i] = 'assigned_' .. WAIT_BOUNDS[i] end
  count_wait = function(contact, wait, wait_text)
    if wait > 0 then count(contact, 'assigned_wait', wait_text) end
    for i = 1, #WAIT_BOUNDS do
      if wait <= WAIT_BOUNDS[i] * 1000 then return count(contact, assigned_within[i], '1') end
    end
    count(contact, 'assigned_later', '1')
  end
end

-- Returns the slot of the snapshot that is due before the first count of a minute, or false.
-- {acd}:minutes has the minute of the snapshot in each slot.
--
-- Figures can start at any minute of the last two hours, and at any quarter of an hour of the last
-- 25 hours (Wanted in shared/src/figures.rs). The counters at a minute are those of the first
-- snapshot at or after it. For the start of a quarter this is always the first snapshot of a
-- quarter, as none was taken in between. So the first snapshots of quarters have their own ring of
-- slots, where they last over 25 hours, and all others use a ring where they last over two. A new
-- snapshot replaces one that nobody can ask for any more, so nothing has to be searched and
-- deleted. There are slots for one quarter more than figures look back.
--
-- If the last minute is more than one minute ahead, it was counted while the clock had jumped
-- ahead. Then the second result is true, and the last minute is taken from the newest plausible
-- snapshot. The others are dropped, or no snapshot would be taken until that time comes.
local function place_of_copy(last_minute, this_minute)
  local leapt = last_minute > this_minute + 1
  if leapt then
    local copied = call('ZRANGE', MINUTES, this_minute, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, 1, 'WITHSCORES')
    last_minute = tonumber(copied[2] or 0)
  end
  if last_minute >= this_minute then return false, leapt end
  local quarter = math.floor(this_minute / FIXED.QUARTER)
  local first = math.floor(last_minute / FIXED.QUARTER) < quarter
  return first and 'quarter:' .. quarter % FIXED.QUARTER_PLACES or 'minute:' .. this_minute % FIXED.MINUTE_PLACES, leapt
end
