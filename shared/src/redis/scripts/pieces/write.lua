-- What every change writes besides documents and lists: the tick and numbered events. Both are
-- collected while the script runs and written at its end (pieces/commit.lua).
--
-- Uses constants: LAST_TICK, TICK.
-- Uses base: in_json, now_ms, now_us.
local last_tick, last_event, events

-- Returns the next tick, which is greater than all before, whatever the clock does. It is an order
-- and not a time: after a clock that had jumped ahead it continues from there (shared/src/time.rs).
-- A time beyond the year 2107 is ignored, or ranks would exceed their bits.
local function next_tick()
  local now = (now_us - now_us % TICK) / TICK
  if now > LAST_TICK then now = LAST_TICK end
  last_tick = last_tick < now and now or last_tick + 1
  return last_tick
end

-- Returns how long ago a time was; 0 if the clock was put back since.
local function time_since(ms)
  local time = now_ms - ms
  return time > 0 and time or 0
end

-- Adds an event, given as JSON with names escaped by `in_json`.
local function emit(event)
  last_event = last_event + 1
  events[#events + 1] = event
end

-- Returns a field of an event or document, or '' without a value.
local function field(name, value)
  return value and ',"' .. name .. '":"' .. in_json(value) .. '"' or ''
end
