-- A page of a list. ARGV: time, the range of what comes before the cursor as a bound of ZCOUNT or
-- ZLEXCOUNT ('' if there is no cursor), how much later than there the page starts, how many items,
-- '1' if the last page must be full, else '0'.
--
-- Uses base: ARGV, call.

-- Returns the position of the first item, and the length of the list.
local function page_of(list, count, least)
  local total, first = call('ZCARD', list), tonumber(ARGV[3])
  if ARGV[2] ~= '' then first = first + call(count, list, least, ARGV[2]) end
  if ARGV[5] == '1' then first = math.min(first, total - ARGV[4]) end
  return math.max(first, 0), total
end

-- Returns the members of the page.
local function members(list, first) return call('ZRANGE', list, first, first + ARGV[4] - 1) end

-- Returns the documents of these keys.
local function documents(keys)
  if #keys == 0 then return keys end
  keys[#keys + 1] = '.'
  return call('JSON.MGET', unpack(keys))
end
