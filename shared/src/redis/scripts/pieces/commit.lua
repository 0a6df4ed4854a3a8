-- Fails, before anything is written, if one of the keys is not on this shard (a slot that is
-- being moved would else cut the script in two).
local function touch(keys)
  if PLACE then call('EXISTS', MINUTES, COPIES .. PLACE, ANCHORS, DEMAND) end
  call('EXISTS', META, EVENTS, QUEUE, DEADLINES, BUSY, COUNTS, TALLY, unpack(keys))
end

-- Writes what was gathered: one entry of the log for all that a script tells, whose id is the
-- number of its last event, so that numbers have no gap; the ticks; what was counted.
local function commit()
  if #events > 0 then
    call('XADD', EVENTS, 'MAXLEN', '~', '65536', int(last_event) .. '-0', 'at', NOW,
      'events', table.concat(events, '\n'))
    call('HSET', META, 'tick', int(last_tick), 'event', int(last_event))
  end
  if #tally == 0 then return end
  if PLACE then
    add_up()
    call('COPY', COUNTS, COPIES .. PLACE, 'REPLACE')
    call('ZADD', MINUTES, THIS_MINUTE, PLACE)
    call('HSET', META, 'minute', THIS_MINUTE)
    for _, hash in ipairs({ COUNTS, ANCHORS, DEMAND }) do call('HSET', hash, LONG, 0) end
  end
  if call('RPUSH', TALLY, table.concat(tally, ',')) >= TALLIED then add_up() end
end
