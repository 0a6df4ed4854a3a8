-- What every change writes besides documents and lists: the tick, numbered events. Both are
-- gathered while the script runs, and written at its end (pieces/commit.lua).
local last_tick, last_event, events

-- Gives the next tick of 128 microseconds: strictly increasing, whatever the clock does. It is an
-- order, and no time: after a clock that had leapt it goes on from there (shared/src/time.rs). One
-- beyond the year 2107 is not believed, or ranks would leave their bits.
local LATEST = 2 ^ 45 - 2 ^ 40
local function next_tick()
  local now = (now_us - now_us % 128) / 128
  if now > LATEST then now = LATEST end
  last_tick = last_tick < now and now or last_tick + 1
  return last_tick
end

-- How far ahead of now a time may lie that was written. What lies further was written while the
-- clock was wrong (shared/src/time.rs).
local PLAUSIBLY_AHEAD = 10000

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
