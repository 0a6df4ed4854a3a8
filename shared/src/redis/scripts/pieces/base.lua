-- What every script starts with: the names of the keys, the time, the log of events.
--
-- KEYS[1]: {acd}:meta, which names all the others. ARGV[1]: the time in microseconds, or '' for
-- the server's own clock. Refusals are errors 'CODE ...'; shared/src/redis/reply.rs knows them.
local META = KEYS[1]
local ACD = string.sub(META, 1, -5)
local EVENTS, QUEUE, DEADLINES = ACD .. 'events', ACD .. 'queue', ACD .. 'deadlines'
local AGENTS, BUSY, SKILLS = ACD .. 'agents', ACD .. 'busy', ACD .. 'skills'
local DEMAND, ANCHORS = ACD .. 'demand', ACD .. 'anchors'
local COUNTS, MINUTES = ACD .. 'counts', ACD .. 'minutes'
local call = redis.call

local now_us = tonumber(ARGV[1])
if not now_us then
  local time = call('TIME')
  now_us = time[1] * 1000000 + time[2]
end
local now_ms = math.floor(now_us / 1000)

local function agent_key(id) return ACD .. 'agent:' .. id end
local function contact_key(id) return ACD .. 'contact:' .. id end
local function copy_key(place) return ACD .. 'counts:' .. place end

-- Concatenation would round a large number; this does not.
local function int(number) return string.format('%.0f', number) end

-- Where this minute may leave a copy of the counts: pieces/count.lua says in which, and why so.
local THIS_MINUTE = math.floor(now_ms / 60000)
local THIS_QUARTER = math.floor(THIS_MINUTE / 15)
local MINUTE_PLACE = 'minute:' .. THIS_MINUTE % 135
local QUARTER_PLACE = 'quarter:' .. THIS_QUARTER % 102

-- Fails, before anything is written, if one of the keys is not on this shard (a slot that is
-- being moved would else cut the script in two).
local function touch(keys)
  call('EXISTS', META, EVENTS, QUEUE, DEADLINES, BUSY, COUNTS, MINUTES,
    copy_key(MINUTE_PLACE), copy_key(QUARTER_PLACE), unpack(keys))
end

-- Answers that the operation is refused. A code alone would be taken for the text of an 'ERR'.
local function refuse(code) return redis.error_reply(code .. ' refused') end
