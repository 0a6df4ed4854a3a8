-- What stands behind a contact's wait. KEYS: meta, the contact. ARGV: time, id.
-- Reply: {document, now, ahead or -1, qualified agents, busy ones of them, {unstaffed skills}}.
-- Errors: NOCONTACT.
local json = call('JSON.GET', KEYS[2])
if not json then return refuse('NOCONTACT') end
local profile = cjson.decode(call('JSON.GET', KEYS[2], '.profile'))

local staffed, unstaffed = {}, {}
for _, skill in ipairs(skills_of(profile)) do
  staffed[#staffed + 1] = staffed_key(skill)
  if call('ZCARD', staffed_key(skill)) == 0 then unstaffed[#unstaffed + 1] = skill end
end
if #staffed == 0 then staffed = { AGENTS } end
local qualified = call('ZINTERCARD', #staffed, unpack(staffed))
staffed[#staffed + 1] = BUSY
local busy = call('ZINTERCARD', #staffed, unpack(staffed))
local ahead = call('ZRANK', QUEUE, ARGV[2])
return { json, now_ms, ahead or -1, qualified, busy, unstaffed }
