-- Changes settings of the floor.
-- KEYS: meta. ARGV: time, the number of settings, their names, then name and JSON value of each
-- changed setting, '' to remove it. Reply: the previous values, in the order of the names.
local names = tonumber(ARGV[2])
local before = call('HMGET', META, unpack(ARGV, 3, 2 + names))
local changed = false
for i = 3 + names, #ARGV, 2 do
  local name, value = ARGV[i], ARGV[i + 1] ~= '' and ARGV[i + 1]
  if call('HGET', META, name) ~= value then
    touch()
    if value then call('HSET', META, name, value) else call('HDEL', META, name) end
    changed = true
  end
end
if changed then emit('{"type":"settings_changed"}') end
return before
