-- A part of the waiting contacts in the order of service; pieces/page.lua says which. KEYS: meta.
-- Reply: {first, total, {documents}}.
local first, total = page_of(QUEUE, 'ZCOUNT', '-inf')
local keys = {}
for i, id in ipairs(members(QUEUE, first)) do keys[i] = CONTACT .. id end
return { first, total, documents(keys) }
