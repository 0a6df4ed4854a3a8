-- What a change begins and ends with.
local closed, this_minute, place
local function begin_change()
  local stood = call('HMGET', META, 'tick', 'event', 'minute', 'closed')
  last_tick, last_event = tonumber(stood[1] or 0), tonumber(stood[2] or 0)
  closed = stood[4]
  this_minute = math.floor(now_ms / 60000)
  place = place_of_copy(tonumber(stood[3] or 0), this_minute)
  -- Lua makes room for these many at once; it would make each further place anew.
  events, tally = { nil, nil, nil, nil }, { nil, nil, nil, nil, nil, nil, nil, nil }
  more_busy, more_idle = 0, 0
end

-- Fails, before anything is written, if one of the keys is not on this shard (a slot that is
-- being moved would else cut the script in two): of those that are written, and of those that are
-- only looked at afterwards. Takes keys, and lists of them.
local function touch(...)
  if not clustered then return end
  local keys = { META, EVENTS, QUEUE, DEADLINES, BUSY, COUNTS, TALLY, AWAY }
  if place then
    for _, key in ipairs({ MINUTES, COPIES .. place, ANCHORS, DEMAND }) do keys[#keys + 1] = key end
  end
  for _, part in ipairs({ ... }) do
    for _, key in ipairs(type(part) == 'table' and part or { part }) do keys[#keys + 1] = key end
  end
  call('EXISTS', unpack(keys))
end

-- Writes what was gathered: one entry of the log for all that a script tells, whose id is the
-- number of its last event, so that numbers have no gap; the ticks; what was counted.
local function commit()
  if #events > 0 then
    local last = int(last_event)
    call('XADD', EVENTS, 'MAXLEN', '~', '65536', last, 'at', NOW, 'events', table.concat(events, '\n'))
    call('HSET', META, 'tick', int(last_tick), 'event', last)
  end
  count_more('busy', more_busy)
  count_more('idle', more_idle)
  if #tally == 0 then return end
  if place then
    add_up()
    call('COPY', COUNTS, COPIES .. place, 'REPLACE')
    call('ZADD', MINUTES, this_minute, place)
    call('HSET', META, 'minute', this_minute)
    for _, hash in ipairs({ COUNTS, ANCHORS, DEMAND }) do call('HSET', hash, LONG, 0) end
  end
  if call('RPUSH', TALLY, table.concat(tally, ',')) >= TALLIED then add_up() end
end
