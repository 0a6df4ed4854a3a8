-- Appends copies of waiting contacts, far faster than creating them.
-- KEYS: meta. ARGV: number of the first copy, of the last, ids of the contacts to copy in turn.
local ACD = string.sub(KEYS[1], 1, -5)
local call = redis.call

local models = {}
for i = 3, #ARGV do
  local key = ACD .. 'contact:' .. ARGV[i]
  models[#models + 1] = {
    document = string.gsub(call('JSON.GET', key), '"rank":%d+', '"rank":%%.0f'),
    profile = cjson.decode(call('JSON.GET', key, '.profile')),
    priority = math.floor(call('JSON.GET', key, '.rank') / 2 ^ 45),
    line = {},
  }
end

local tick = tonumber(call('HGET', KEYS[1], 'tick'))
local documents, queue = {}, {}
for number = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  local model = models[number % #models + 1]
  tick = tick + 1
  local rank = model.priority * 2 ^ 45 + tick
  local id = string.format('00000000-0000-0000-0000-%012x', number)
  documents[#documents + 1] = ACD .. 'contact:' .. id
  documents[#documents + 1] = '$'
  documents[#documents + 1] = string.format(model.document, rank)
  for _, list in ipairs({ queue, model.line }) do
    list[#list + 1], list[#list + 2] = rank, id
  end
end
call('JSON.MSET', unpack(documents))
call('ZADD', ACD .. 'queue', unpack(queue))
for _, model in ipairs(models) do
  if #model.line > 0 then call('ZADD', ACD .. 'waiting:' .. model.profile, unpack(model.line)) end
  for skill in string.gmatch(model.profile, '[^,]+') do
    call('HINCRBY', ACD .. 'demand', skill, #model.line / 2)
  end
end
call('HSET', KEYS[1], 'tick', tick)
call('HINCRBY', ACD .. 'counts', 'created', ARGV[2] - ARGV[1] + 1)
