-- The strictly increasing tick, and numbered events.

-- Gives the next tick of 128 microseconds: never the same twice, whatever the clock does.
local function next_tick()
  local last = tonumber(call('HGET', META, 'tick') or 0)
  local tick = math.max(last + 1, math.floor(now_us / 128))
  call('HSET', META, 'tick', tick)
  return tick
end

-- Writes an event. `fields` is the rest of its JSON object: names are of letters, digits and
-- marks that JSON needs no escapes for.
local function emit(kind, fields)
  local number = call('HINCRBY', META, 'event', 1)
  call('XADD', EVENTS, 'MAXLEN', '~', 65536, int(number) .. '-0', 'at', now_ms,
    'event', '{"type":"' .. kind .. '"' .. fields .. '}')
end

-- A field of an event or document; nothing if there is no value.
local function field(name, value)
  return value and ',"' .. name .. '":"' .. value .. '"' or ''
end
