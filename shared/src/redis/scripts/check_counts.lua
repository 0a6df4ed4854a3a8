-- Audits a part of the counters, or of a snapshot of them: checks that each value is a count.
-- KEYS: meta, the counters. ARGV: time, 'repair' or '', cursor.
-- Reply: {the next cursor or '0', {{finding, repaired}..}}.
begin_check()
local counts = KEYS[2]

-- These may be negative: times because of how they are computed, numbers of agents after counters
-- were lost.
local SIGNED = { busy_time = true, idle_time = true, busy_going = true, idle_going = true }

-- Redis accepts only numbers that fit in 64 bits.
local function is_count(field, text)
  if SIGNED[field] then return string.find(text, '^%-?%d+$') and math.abs(tonumber(text)) < 2 ^ 63 end
  return string.find(text, '^%d+$') and whole(text)
end

local page = call('HSCAN', counts, ARGV[3], 'COUNT', 100)
for place = 1, #page[2], 2 do
  local field, text = page[2][place], page[2][place + 1]
  if not is_count(field, text) then
    find(counts .. ' holds "' .. string.sub(text, 1, 40) .. '" as ' .. field
      .. ', which is no count: it counts as 0, and --repair deletes it', function()
      touch(counts)
      call('HDEL', counts, field)
    end)
  end
end
return { page[1], found }
