-- What stands behind a contact's wait.
-- KEYS: meta, the contact. ARGV: time, id, how many of the qualified agents are shown.
-- Reply: {document, now, ahead or -1, qualified agents, busy ones of them, {unstaffed skills},
-- {documents of the first qualified agents}}.
-- Errors: NOCONTACT.
local json = call('JSON.GET', KEYS[2])
if not json then return refuse('NOCONTACT') end
local profile = cjson.decode(call('JSON.GET', KEYS[2], '.profile'))

local staffed, unstaffed, rarest, fewest = {}, {}, AGENTS, math.huge
for _, skill in ipairs(skills_of(profile)) do
  local key = STAFFED .. skill
  local holders = call('ZCARD', key)
  staffed[#staffed + 1] = key
  if holders == 0 then unstaffed[#unstaffed + 1] = skill end
  if holders < fewest then rarest, fewest = key, holders end
end
if #staffed == 0 then staffed = { AGENTS } end

-- Of many who hold the rarest skill only the first thousand are looked at.
local shown, keys = tonumber(ARGV[3]), {}
for _, id in ipairs(call('ZRANGE', rarest, 0, 999)) do
  if #keys == shown then break end
  local holds_all = true
  for _, key in ipairs(staffed) do holds_all = holds_all and call('ZSCORE', key, id) end
  if holds_all then keys[#keys + 1] = AGENT .. id end
end
local holders = {}
if #keys > 0 then
  keys[#keys + 1] = '.'
  holders = call('JSON.MGET', unpack(keys))
end
local qualified = call('ZINTERCARD', #staffed, unpack(staffed))
staffed[#staffed + 1] = BUSY
local busy = call('ZINTERCARD', #staffed, unpack(staffed))
local ahead = call('ZRANK', QUEUE, ARGV[2])
return { json, now_ms, ahead or -1, qualified, busy, unstaffed, holders }
