-- What every change writes besides documents and lists: the tick, numbered events. Both are
-- gathered while the script runs, and written at its end (pieces/commit.lua).
--
-- Uses constants: LAST_TICK, TICK.
-- Uses base: in_json, now_ms, now_us.
local last_tick, last_event, events

-- Gives the next tick: strictly increasing, whatever the clock does. It is an
-- order, and no time: after a clock that had leapt it goes on from there (shared/src/time.rs). One
-- beyond the year 2107 is not believed, or ranks would leave their bits.
local function next_tick()
  local now = (now_us - now_us % TICK) / TICK
  if now > LAST_TICK then now = LAST_TICK end
  last_tick = last_tick < now and now or last_tick + 1
  return last_tick
end

-- Gives how long ago that was; none if the clock was put back since.
local function time_since(ms)
  local time = now_ms - ms
  return time > 0 and time or 0
end

-- Tells an event, in JSON: names stand in it as `in_json` gives them.
local function emit(event)
  last_event = last_event + 1
  events[#events + 1] = event
end

-- A field of an event or document; nothing if there is no value.
local function field(name, value)
  return value and ',"' .. name .. '":"' .. in_json(value) .. '"' or ''
end
