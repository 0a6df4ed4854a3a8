-- Returns a page of the agents by id; see pieces/page.lua. KEYS: meta.
-- Reply: {first, total, {documents}}.
local first, total = page_of(AGENTS, 'ZLEXCOUNT', '-')
local keys = {}
for i, id in ipairs(members(AGENTS, first)) do keys[i] = AGENT .. id end
return { first, total, documents(keys) }
