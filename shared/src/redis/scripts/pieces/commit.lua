-- The beginning and the end of every change.
--
-- Uses constants: EVENTS_KEPT.
-- Uses base: AGENTS, ANCHORS, AWAY, BUSY, COPIES, COUNTS, DEADLINES, DEMAND, EVENTS, META, MINUTES,
--   NOW, QUEUE, TALLY, TYPES, call, clustered, decode, guarded, int, now_ms, run, try, type_of, unguarded,
--   whole.
-- Uses call: end_of_log, put_aside, wrong_type.
-- Uses profile: LONG.
-- Uses write: events, last_event, last_tick.
-- Uses count: TALLIED, add_up, count_more, more_busy, more_idle, place_of_copy, tally.
-- `pauses`: whether offers or wrap-up were ever set here; a floor without them never looks for any.
local closed, settings, pauses, this_minute, place, leapt
-- Whether {acd}:meta is missing although the ACD is not new.
local meta_lost
local function is_meta_lost()
  return call('EXISTS', META) == 0 and call('EXISTS', EVENTS, AGENTS, QUEUE, COUNTS, TALLY) > 0
end

-- Returns the settings that are stored as this text, which are cached. Settings from another client
-- that are no object are as if nothing were set; an audit reports them.
local DEFAULTS = {}
local settings_of
do
  local MOST_KNOWN = 1000
  local known, how_many = {}, 0
  settings_of = function(text)
    local found = known[text]
    if found then return found end
    local read, told = try(decode, text)
    found = read and type_of(told) == 'table' and told or DEFAULTS
    if how_many == MOST_KNOWN then known, how_many = {}, 0 end
    known[text], how_many = found, how_many + 1
    return found
  end
end

-- Notes that agents may have offers, penalties and wrap-up from now on if these settings say so.
local function note_pauses(text)
  local set = settings_of(text)
  if not pauses and (set.offer_timeout_s or set.wrap_up) then call('HSET', META, 'pauses', '1') end
end

-- Returns the settings of a contact type, or nil if there is none of that name.
local function settings_of_type(name)
  local text = call('HGET', TYPES, name)
  return text and settings_of(text) or nil
end

-- Returns a setting of a contact: of its type, or else of the floor.
local function set_for(contact, name)
  local of_type = contact.type and settings_of_type(contact.type)
  local set = of_type and of_type[name]
  if set == nil then return settings[name] end
  return set
end

local function begin_change()
  local stood = call('HMGET', META, 'tick', 'event', 'minute', 'closed', 'settings', 'pauses')
  local last_minute
  last_tick, last_event, last_minute = tonumber(stood[1]), tonumber(stood[2]), tonumber(stood[3])
  meta_lost = false
  -- One check for all three, as a failure is rare.
  if not (last_tick and last_event and last_minute and last_tick >= 0 and last_event >= 0
    and last_minute >= 0 and last_tick + last_event + last_minute < 2 ^ 53) then
    last_tick, last_event, last_minute = whole(stood[1]) or 0, whole(stood[2]) or end_of_log(), whole(stood[3]) or 0
    meta_lost = not (stood[1] or stood[2] or stood[3]) and is_meta_lost()
  end
  closed, settings, pauses = stood[4], stood[5] and settings_of(stood[5]) or DEFAULTS, stood[6]
  this_minute = (now_ms - now_ms % 60000) / 60000
  place, leapt = place_of_copy(last_minute, this_minute)
  -- Lua allocates these slots at once; otherwise it would reallocate for each one.
  events, tally = { nil, nil, nil, nil }, { nil, nil, nil, nil, nil, nil, nil, nil }
  more_busy, more_idle = 0, 0
end

-- Makes `call` guarded. Fails, before anything is written, if one of the keys is not on this shard:
-- while a slot is being moved, it would otherwise stop the script halfway. Pass all keys that are
-- written, and those that are first read afterwards. Takes keys and lists of keys.
local function touch(...)
  call = guarded
  if not clustered then return end
  local keys = { META, EVENTS, QUEUE, DEADLINES, BUSY, COUNTS, TALLY, AWAY }
  if place or leapt then
    for _, key in ipairs({ MINUTES, COPIES .. (place or ''), ANCHORS, DEMAND }) do keys[#keys + 1] = key end
  end
  for _, part in ipairs({ ... }) do
    for _, key in ipairs(type(part) == 'table' and part or { part }) do keys[#keys + 1] = key end
  end
  call('EXISTS', unpack(keys))
end

local function log(number, told)
  return run('XADD', EVENTS, 'MAXLEN', '~', EVENTS_KEPT, number, 'at', NOW, 'events', told)
end

-- Makes the stream continue after a number that it has not reached. The events up to there are
-- unknown, so the entry with that number is dropped again.
local function end_log_with(number)
  local function write_and_drop()
    return run('XADD', EVENTS, 'MAXLEN', '0', int(number), 'at', NOW, 'events', '')
  end
  local written = write_and_drop()
  if type(written) == 'table' and written.err then
    put_aside(EVENTS)
    write_and_drop()
  end
end

-- Writes one stream entry with all events of the script, and the last tick. The entry's id is the
-- number of its last event, so that numbers have no gaps. If the stream is ahead of the stored
-- number, events are numbered from its end.
local function log_events()
  local number, told = int(last_event), table.concat(events, '\n')
  local logged = log(number, told)
  if logged.err then
    last_event = math.max(last_event, end_of_log() + #events)
    number = int(last_event)
    if wrong_type(EVENTS) then put_aside(EVENTS) end
    if log(number, told).err then
      put_aside(EVENTS)
      log(number, told)
    end
  end
  unguarded('HSET', META, 'tick', int(last_tick), 'event', number)
  -- Nothing else shows that its other fields were lost, so an audit reports it.
  if meta_lost then unguarded('HSET', META, 'lost', NOW) end
end

-- Writes the collected events and counts.
local function commit()
  call = guarded
  if #events > 0 then log_events() end
  count_more('"busy",', more_busy)
  count_more('"idle",', more_idle)
  if #tally == 0 then return end
  if leapt then
    for _, copy in ipairs(call('ZRANGEBYSCORE', MINUTES, '(' .. this_minute, '+inf')) do
      call('ZREM', MINUTES, copy)
    end
    call('HSET', META, 'minute', this_minute)
  end
  if place then
    add_up()
    for _, hash in ipairs({ COUNTS, ANCHORS, DEMAND }) do call('HSET', hash, LONG, 0) end
    call('COPY', COUNTS, COPIES .. place, 'REPLACE')
    call('ZADD', MINUTES, this_minute, place)
    call('HSET', META, 'minute', this_minute)
  end
  local entry = table.concat(tally, ',')
  local entries = run('RPUSH', TALLY, entry)
  if type_of(entries) ~= 'number' then entries = call('RPUSH', TALLY, entry) end
  if entries >= TALLIED then add_up() end
end
