-- What is counted, in the same step as what it counts: {acd}:counts, and copies of it as it stood
-- at the beginning of minutes in which something was counted, {acd}:counts:<place>. What a script
-- counts is gathered, and added in one go at its end (pieces/commit.lua).
local counted = {}

-- Counts for all contacts and for each skill of the profile.
local function count(profile, name, by)
  counted[name] = (counted[name] or 0) + by
  for _, skill in ipairs(skills_of(profile)) do
    local of_skill = name .. '|' .. skill
    counted[of_skill] = (counted[of_skill] or 0) + by
  end
end

-- Counts who got an agent at the first bound that his wait does not pass, as 'assigned_<seconds>',
-- or as 'assigned_later'. The bounds are those of shared/src/service_level.rs.
local WAIT_BOUNDS = { 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600 }
local function count_wait(profile, wait)
  for _, bound in ipairs(WAIT_BOUNDS) do
    if wait <= bound * 1000 then return count(profile, 'assigned_' .. bound, 1) end
  end
  count(profile, 'assigned_later', 1)
end

-- The time that agents spend 'busy' or 'idle': milliseconds over, how many spells go on, and the
-- sum of when those began.
local function begin_spell(kind)
  count(ANY, kind .. '_going', 1)
  count(ANY, kind .. '_began', now_ms)
end

local function end_spell(kind, began)
  count(ANY, kind .. '_going', -1)
  count(ANY, kind .. '_began', -began)
  count(ANY, kind .. '_over', math.max(now_ms - began, 0))
end

-- The place of the copy that has to be made before the first thing is counted in a minute, or
-- false. {acd}:minutes says of which minute the copy in each place is.
--
-- Figures look back to any minute of the last two hours, and to the beginning of any quarter of an
-- hour of the last 25 hours (Wanted in shared/src/figures.rs). The counts at a minute are told by
-- the first copy made at or after it. For the beginning of a quarter that is the first copy of a
-- quarter, as none was made between the two. So the first of each quarter goes round 102 places,
-- where it stands for over 25 hours, and every other one round 135, where it stands for over two.
-- A new copy takes the place of one that nobody asks for: nothing has to be looked for and dropped,
-- however long nothing was counted. The places are for a quarter more than figures look back.
local LAST_MINUTE = tonumber(stood[3] or 0)
local THIS_MINUTE = math.floor(now_ms / 60000)
local THIS_QUARTER = math.floor(THIS_MINUTE / 15)
local PLACE = LAST_MINUTE < THIS_MINUTE and (math.floor(LAST_MINUTE / 15) < THIS_QUARTER
  and 'quarter:' .. THIS_QUARTER % 102 or 'minute:' .. THIS_MINUTE % 135)
