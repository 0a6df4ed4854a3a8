-- What is counted, in the same step as what it counts. A script gathers it, and tallies it in one
-- entry of {acd}:tally at its end (pieces/commit.lua). Every 128th of these they are added to
-- {acd}:counts: adding each by itself would be a quarter of a script's time.
-- {acd}:counts:<place> are copies of the counts as they stood at the beginning of minutes in which
-- something was counted.
--
-- Uses constants: MINUTE_PLACES, QUARTER, QUARTER_PLACES, WAIT_BOUNDS.
-- Uses base: COUNTS, MINUTES, NOW, TALLY, call, decode, in_json, in_json_of, int, try, type_of, whole.
-- Uses profile: skills_of.
local TALLIED = 128
local tally

-- Counts for all contacts and for each skill of the profile. `by` is the text of a number.
local function count(profile, name, by)
  tally[#tally + 1] = '"' .. name .. '","' .. (in_json_of[profile] or in_json(profile)) .. '",' .. by
end

-- How many more agents are busy and idle than when the script began. Kept are how many are, and the
-- time that they were: it grows by the times at which they cease to be, and shrinks by those at
-- which they begin.
local more_busy, more_idle
-- `kind` is as it stands in JSON.
local function count_more(kind, more)
  if more == 0 then return end
  local by = more == 1 and '1' or more == -1 and '-1' or int(more)
  tally[#tally + 1] = kind .. by .. ',' .. NOW
end

-- Gives the count that a text says, with what came to it. What a foreign hand put there that is no
-- count is 0. shared/src/redis/reply.rs says the same.
local function count_of(text, more)
  return whole((text and string.find(text, '^%d+$') and whole(text) or 0) + (more or 0)) or 0
end

-- What is beyond this cannot be added to what Redis keeps.
local MOST = 2 ^ 62

-- Adds up what items of the tally say, by the fields of {acd}:counts. Fails if one is of no script.
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
    for name, by in pairs(counts) do
      add(name, by)
      for _, skill in ipairs(skills_of(profile)) do add(name .. '|' .. skill, by) end
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

-- The same of entries, without those that no script wrote.
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

-- Gives what is tallied and not yet added, by the fields of {acd}:counts. To ask of each item what
-- it is would take as long as all else here; so that is asked once something is not as it should be.
local function tallied()
  local entries = call('LRANGE', TALLY, 0, -1)
  local read, sums = try(function() return sums_of(items_of(entries)) end)
  return read and sums or sums_of(sound_items_of(entries))
end

local function add_up()
  for field, by in pairs(tallied()) do
    if by ~= 0 then call('HINCRBY', COUNTS, field, int(by)) end
  end
  call('DEL', TALLY)
end

-- Counts who got an agent at the first bound that his wait does not pass, as 'assigned_<seconds>',
-- or as 'assigned_later'.
local ASSIGNED_WITHIN = {}
for i = 1, #WAIT_BOUNDS do ASSIGNED_WITHIN[i] = 'assigned_' .. WAIT_BOUNDS[i] end
-- `wait_text` is the wait as a text.
local function count_wait(profile, wait, wait_text)
  if wait > 0 then count(profile, 'assigned_wait', wait_text) end
  for i = 1, #WAIT_BOUNDS do
    if wait <= WAIT_BOUNDS[i] * 1000 then return count(profile, ASSIGNED_WITHIN[i], '1') end
  end
  count(profile, 'assigned_later', '1')
end

-- Gives the place of the copy that has to be made before the first thing is counted in a minute, or
-- false. {acd}:minutes says of which minute the copy in each place is.
--
-- Figures look back to any minute of the last two hours, and to the beginning of any quarter of an
-- hour of the last 25 hours (Wanted in shared/src/figures.rs). The counts at a minute are told by
-- the first copy made at or after it. For the beginning of a quarter that is the first copy of a
-- quarter, as none was made between the two. So the first of each quarter goes round places of its own,
-- where it stands for over 25 hours, and every other one round others, where it stands for over two.
-- A new copy takes the place of one that nobody asks for: nothing has to be looked for and dropped,
-- however long nothing was counted. The places are for a quarter more than figures look back.
--
-- A last minute that lies more than one ahead was counted while the clock had leapt: then the second
-- answer is true, and the last one is that of the newest copy that does not. What was copied
-- meanwhile is nobody's to ask for, or nothing would be copied until that time comes.
local function place_of_copy(last_minute, this_minute)
  local leapt = last_minute > this_minute + 1
  if leapt then
    local copied = call('ZRANGE', MINUTES, this_minute, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, 1, 'WITHSCORES')
    last_minute = tonumber(copied[2] or 0)
  end
  if last_minute >= this_minute then return false, leapt end
  local quarter = math.floor(this_minute / QUARTER)
  local first = math.floor(last_minute / QUARTER) < quarter
  return first and 'quarter:' .. quarter % QUARTER_PLACES or 'minute:' .. this_minute % MINUTE_PLACES, leapt
end
