-- What is counted, in the same step as what it counts. A script gathers it, and tallies it in one
-- entry of {acd}:tally at its end (pieces/commit.lua). Every 128th of these they are added to
-- {acd}:counts: adding each by itself would be a quarter of a script's time.
-- {acd}:counts:<place> are copies of the counts as they stood at the beginning of minutes in which
-- something was counted.
local TALLIED = 128
local tally

-- Counts for all contacts and for each skill of the profile. `by` is the text of a number.
local function count(profile, name, by)
  tally[#tally + 1] = '"' .. name .. '","' .. in_json(profile) .. '",' .. by
end

-- How many more agents are busy and idle than when the script began. Kept are how many are, and the
-- time that they were: it grows by the times at which they cease to be, and shrinks by those at
-- which they begin.
local more_busy, more_idle
local function count_more(kind, more)
  if more == 0 then return end
  local by = more == 1 and '1' or more == -1 and '-1' or int(more)
  tally[#tally + 1] = '"' .. kind .. '",' .. by .. ',' .. NOW
end

-- Reads entries of the tally; nil if there is one that no script wrote.
local function items_of(entries)
  local read, items = pcall(cjson.decode, '[' .. table.concat(entries, ',') .. ']')
  if not read then return nil end
  for i = 1, #items, 3 do
    local profile = type(items[i + 1])
    if type(items[i]) ~= 'string' or profile ~= 'string' and profile ~= 'number'
      or type(items[i + 2]) ~= 'number' then
      return nil
    end
  end
  return items
end

local function sound_items_of(entries)
  local sound = {}
  for _, entry in ipairs(entries) do
    for _, item in ipairs(items_of({ entry }) or {}) do sound[#sound + 1] = item end
  end
  return sound
end

-- Gives what is tallied and not yet added, by the fields of {acd}:counts.
local function tallied()
  local of_profile, going, time, sums = {}, {}, {}, {}
  local entries = call('LRANGE', TALLY, 0, -1)
  local items = items_of(entries) or sound_items_of(entries)
  for i = 1, #items, 3 do
    local name, profile, by = items[i], items[i + 1], items[i + 2]
    if type(profile) == 'number' then
      going[name] = (going[name] or 0) + profile
      time[name] = (time[name] or 0) - profile * by
    else
      if not of_profile[profile] then of_profile[profile] = {} end
      of_profile[profile][name] = (of_profile[profile][name] or 0) + by
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
  return sums
end

local function add_up()
  for field, by in pairs(tallied()) do
    if by ~= 0 then call('HINCRBY', COUNTS, field, int(by)) end
  end
  call('DEL', TALLY)
end

-- Counts who got an agent at the first bound that his wait does not pass, as 'assigned_<seconds>',
-- or as 'assigned_later'. The bounds are those of shared/src/service_level.rs.
local WAIT_BOUNDS = { '5', '10', '15', '20', '30', '45', '60', '90', '120', '180', '300', '600' }
local function count_wait(profile, wait)
  if wait > 0 then count(profile, 'assigned_wait', int(wait)) end
  for _, bound in ipairs(WAIT_BOUNDS) do
    if wait <= bound * 1000 then return count(profile, 'assigned_' .. bound, '1') end
  end
  count(profile, 'assigned_later', '1')
end

-- Gives the place of the copy that has to be made before the first thing is counted in a minute, or
-- false. {acd}:minutes says of which minute the copy in each place is.
--
-- Figures look back to any minute of the last two hours, and to the beginning of any quarter of an
-- hour of the last 25 hours (Wanted in shared/src/figures.rs). The counts at a minute are told by
-- the first copy made at or after it. For the beginning of a quarter that is the first copy of a
-- quarter, as none was made between the two. So the first of each quarter goes round 102 places,
-- where it stands for over 25 hours, and every other one round 135, where it stands for over two.
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
  local quarter = math.floor(this_minute / 15)
  local first = math.floor(last_minute / 15) < quarter
  return first and 'quarter:' .. quarter % 102 or 'minute:' .. this_minute % 135, leapt
end
