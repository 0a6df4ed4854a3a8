-- Creates a contact type, or replaces its settings.
-- KEYS: meta. ARGV: time, name, its settings as a JSON object, the most types allowed.
-- Reply: the settings before, or '' if it is new. Errors: TOOMANY.
local name, json = ARGV[2], ARGV[3]
local before = call('HGET', TYPES, name)
if before == json then return before end
if not before and #call('HGETALL', TYPES) >= 2 * ARGV[4] then return refuse('TOOMANY') end
touch(TYPES)
call('HSET', TYPES, name, json)
note_pauses(json)
emit('{"type":"type_changed"' .. field('contact_type', name) .. ',"settings":' .. json .. '}')
return before or ''
