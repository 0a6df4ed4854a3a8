-- A page of the agents by id. KEYS: meta.
-- ARGV: time, the least id (as ZRANGEBYLEX takes it), how many. Reply: documents.
local keys = {}
for i, id in ipairs(call('ZRANGEBYLEX', AGENTS, ARGV[2], '+', 'LIMIT', 0, ARGV[3])) do
  keys[i] = agent_key(id)
end
if #keys == 0 then return keys end
keys[#keys + 1] = '.'
return call('JSON.MGET', unpack(keys))
