-- Deletes a contact type that no live contact has.
-- KEYS: meta. ARGV: time, name. Reply: its settings. Errors: NOTYPE, TYPEINUSE.
local name = ARGV[2]
local before = call('HGET', TYPES, name)
if not before then return refuse('NOTYPE') end
if call('HEXISTS', LIVE, name) == 1 then return refuse('TYPEINUSE') end
touch(TYPES)
call('HDEL', TYPES, name)
emit('{"type":"type_deleted"' .. field('contact_type', name) .. '}')
return before
