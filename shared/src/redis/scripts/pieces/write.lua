-- What every change writes besides documents and lists: the tick, numbered events. Both are
-- gathered while the script runs, and written at its end (pieces/commit.lua).
local last_tick, last_event, events

-- Gives the next tick of 128 microseconds: strictly increasing, whatever the clock does.
local function next_tick()
  last_tick = math.max(last_tick + 1, math.floor(now_us / 128))
  return last_tick
end

-- Tells an event, in JSON: names are of letters, digits and marks that it needs no escapes for.
local function emit(event)
  last_event = last_event + 1
  events[#events + 1] = event
end

-- A field of an event or document; nothing if there is no value.
local function field(name, value)
  return value and ',"' .. name .. '":"' .. value .. '"' or ''
end
