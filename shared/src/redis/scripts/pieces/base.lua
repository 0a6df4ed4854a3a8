-- What every script starts with: the names of the keys, the time.
--
-- KEYS[1]: {acd}:meta, which names all the others. ARGV[1]: the time in microseconds, or '' for
-- the server's own clock. Refusals are errors 'CODE ...'; shared/src/redis/reply.rs knows them.
local META = KEYS[1]
local ACD = string.sub(META, 1, -5)
local EVENTS = ACD .. 'events'
local QUEUE = ACD .. 'queue'
local DEADLINES = ACD .. 'deadlines'
local AGENTS = ACD .. 'agents'
local BUSY = ACD .. 'busy'
local SKILLS = ACD .. 'skills'
local DEMAND = ACD .. 'demand'
local ANCHORS = ACD .. 'anchors'
local COUNTS = ACD .. 'counts'
local MINUTES = ACD .. 'minutes'
-- The beginnings of keys; what follows is an id, a skill, a profile.
local CONTACT = ACD .. 'contact:'
local AGENT = ACD .. 'agent:'
local STAFFED = ACD .. 'staffed:'
local AVAILABLE = ACD .. 'available:'
local WAITING = ACD .. 'waiting:'
local HEADS = ACD .. 'heads:'
local COPIES = ACD .. 'counts:'
local call = redis.call

-- A number as Redis and JSON take it. Concatenation would round a large one; and Redis takes
-- twice as long to write one as this does.
local function int(number) return string.format('%d', number) end

local now_us = tonumber(ARGV[1])
if not now_us then
  local time = call('TIME')
  now_us = time[1] * 1000000 + time[2]
end
local now_ms = math.floor(now_us / 1000)
local NOW = int(now_ms)

-- Answers that the operation is refused. A code alone would be taken for the text of an 'ERR'.
local function refuse(code) return redis.error_reply(code .. ' refused') end
