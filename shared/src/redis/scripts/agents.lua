-- A part of the agents by id; pieces/page.lua says which. KEYS: meta.
-- Reply: {first, total, {documents}}.
local first, total = page_of(AGENTS, 'ZLEXCOUNT', '-')
local keys = {}
for i, id in ipairs(members(AGENTS, first)) do keys[i] = AGENT .. id end
return { first, total, documents(keys) }
