-- Returns a page of the waiting contacts in the order of service; see pieces/page.lua. KEYS: meta.
-- Reply: {first, total, {ids}, {documents}}.
local first, total = page_of(QUEUE, 'ZCOUNT', '-inf')
local ids, keys = members(QUEUE, first), {}
for i, id in ipairs(ids) do keys[i] = CONTACT .. id end
return { first, total, ids, documents(keys) }
