-- A part of a list. ARGV: time, how many items come before the item that the page is about, as a
-- bound of ZCOUNT or ZLEXCOUNT ('' if it is about none), by how many it starts later than there,
-- how many items, whether it is to be full at the end of the list ('1' or '0').
--
-- Uses base: ARGV, call.

-- Gives the number of the first item, and how many the list has.
local function page_of(list, count, least)
  local total, first = call('ZCARD', list), tonumber(ARGV[3])
  if ARGV[2] ~= '' then first = first + call(count, list, least, ARGV[2]) end
  if ARGV[5] == '1' then first = math.min(first, total - ARGV[4]) end
  return math.max(first, 0), total
end

-- Gives the members of the page.
local function members(list, first) return call('ZRANGE', list, first, first + ARGV[4] - 1) end

-- Gives the documents of keys.
local function documents(keys)
  if #keys == 0 then return keys end
  keys[#keys + 1] = '.'
  return call('JSON.MGET', unpack(keys))
end
