-- The figures of the floor, all of one moment. KEYS: meta. ARGV: time.
-- Reply: {closed, now, event, waiting, oldest arrival or 0, agents, available, busy, offered,
-- assigned, handled, abandoned, milliseconds waited by the assigned}.
local meta = call('HMGET', META, 'closed', 'event', 'offered', 'assigned', 'handled', 'abandoned',
  'assigned_wait')
local function number(value) return tonumber(value or 0) end
local first = call('ZRANGE', QUEUE, 0, 0)[1]
local oldest = first and call('JSON.GET', contact_key(first), '.created')
return { number(meta[1]), now_ms, number(meta[2]), call('ZCARD', QUEUE), number(oldest),
  call('ZCARD', AGENTS), call('ZCARD', ACD .. 'available:*'), call('ZCARD', BUSY), number(meta[3]),
  number(meta[4]), number(meta[5]), number(meta[6]), number(meta[7]) }
