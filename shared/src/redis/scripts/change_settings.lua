-- Replaces the settings of the floor.
-- KEYS: meta. ARGV: time, the settings that the caller read, the new ones: a JSON object, or '' if
-- nothing is set. Reply: 1, or 0 if they are no longer what the caller read.
local stored = call('HGET', META, 'settings') or ''
if stored ~= ARGV[2] then return 0 end
if stored == ARGV[3] then return 1 end
touch()
if ARGV[3] == '' then
  call('HDEL', META, 'settings')
else
  call('HSET', META, 'settings', ARGV[3])
  note_pauses(ARGV[3])
end
emit('{"type":"settings_changed","settings":' .. (ARGV[3] == '' and '{}' or ARGV[3]) .. '}')
return 1
