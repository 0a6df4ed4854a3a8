-- A page of the waiting contacts in the order of service. KEYS: meta.
-- ARGV: time, the least rank (as ZRANGEBYSCORE takes it), how many. Reply: documents.
local keys = {}
for i, id in ipairs(call('ZRANGEBYSCORE', QUEUE, ARGV[2], '+inf', 'LIMIT', 0, ARGV[3])) do
  keys[i] = contact_key(id)
end
if #keys == 0 then return keys end
keys[#keys + 1] = '.'
return call('JSON.MGET', unpack(keys))
