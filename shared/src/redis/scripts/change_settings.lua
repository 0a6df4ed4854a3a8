-- Changes what is set for the floor.
-- KEYS: meta. ARGV: time, then for each that changes its name and its value in JSON, '' to take it
-- back. Reply: none.
local changed = false
for i = 2, #ARGV, 2 do
  local name, value = ARGV[i], ARGV[i + 1] ~= '' and ARGV[i + 1]
  if call('HGET', META, name) ~= value then
    touch()
    if value then call('HSET', META, name, value) else call('HDEL', META, name) end
    changed = true
  end
end
if changed then emit('{"type":"settings_changed"}') end
