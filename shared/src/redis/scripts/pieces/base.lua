-- What every script starts with: what it was called with, the names of the keys, the time. The
-- server keeps this library from call to call, so what is of one call is set anew by the next.
--
-- KEYS[1]: {acd}:meta, which names all the others. ARGV[1]: the time in microseconds, or '' for
-- the server's own clock. Refusals are errors 'CODE ...'; shared/src/redis/reply.rs knows them.
local KEYS, ARGV

local META, ACD, EVENTS, QUEUE, DEADLINES, AGENTS, BUSY, SKILLS, DEMAND, ANCHORS, COUNTS, TALLY
local MINUTES, DROPPING, AWAY, DELETED
-- The beginnings of keys; what follows is an id, a skill, a profile.
local CONTACT, AGENT, STAFFED, AVAILABLE, WAITING, HEADS, COPIES
local function name_keys(meta)
  META = meta
  ACD = string.sub(meta, 1, -5)
  EVENTS, QUEUE, DEADLINES = ACD .. 'events', ACD .. 'queue', ACD .. 'deadlines'
  AGENTS, BUSY, SKILLS, DEMAND = ACD .. 'agents', ACD .. 'busy', ACD .. 'skills', ACD .. 'demand'
  ANCHORS, COUNTS, TALLY = ACD .. 'anchors', ACD .. 'counts', ACD .. 'tally'
  MINUTES, DROPPING = ACD .. 'minutes', ACD .. 'dropping'
  AWAY, DELETED = ACD .. 'away', ACD .. 'deleted'
  CONTACT, AGENT, STAFFED = ACD .. 'contact:', ACD .. 'agent:', ACD .. 'staffed:'
  AVAILABLE, WAITING, HEADS = ACD .. 'available:', ACD .. 'waiting:', ACD .. 'heads:'
  COPIES = ACD .. 'counts:'
end

-- What stays as it is for as long as the server runs: whether it is one of a cluster, whose servers
-- give keys to each other, so that a key may be at another. One that does not say may be one. (A
-- library may only look at all these once it is called.)
local unguarded, guarded, run, call, format, type_of, try, decode, clustered
local function know_server()
  unguarded, run, format = redis.call, redis.pcall, string.format
  type_of, try, decode = type, pcall, cjson.decode
  local told = redis.pcall('INFO', 'cluster')
  clustered = type(told) ~= 'string' or not string.find(told, 'cluster_enabled:0', 1, true)
end

-- A number as Redis and JSON take it. Concatenation would round a large one; and Redis takes
-- twice as long to write one as this does.
local function int(number) return format('%d', number) end

-- Whether it is a script that only reads.
local only_reads
-- A name as it stands within quotes in JSON: most as they are, a backslash as two. What was escaped
-- once is kept from call to call: it is mostly the same names, and to look into each of them anew
-- takes ten times as long. (The rules let no quote and no control character into a name; a foreign
-- hand's must not break what all read.)
local MOST_IN_JSON = 10000
local in_json_of, how_many_in_json = {}, 0
local function in_json(name)
  local known = in_json_of[name]
  if known then return known end
  known = name
  if string.find(name, '["\\%c]') then known = string.sub(cjson.encode(name), 2, -2) end
  if how_many_in_json == MOST_IN_JSON then in_json_of, how_many_in_json = {}, 0 end
  in_json_of[name], how_many_in_json = known, how_many_in_json + 1
  return known
end

local now_us, now_ms, NOW
local function begin(keys, argv)
  KEYS, ARGV = keys, argv
  if clustered == nil then know_server() end
  call = unguarded
  if keys[1] ~= META then name_keys(keys[1]) end
  now_us = tonumber(argv[1])
  if not now_us then
    local time = call('TIME')
    now_us = time[1] * 1000000 + time[2]
  end
  now_ms = (now_us - now_us % 1000) / 1000
  NOW = int(now_ms)
end

-- Gives the number that a text says, if it is one that can be counted on with.
local function whole(text)
  local number = tonumber(text)
  return number and number >= 0 and number < 2 ^ 53 and number or nil
end

-- Answers that the operation is refused, and what its caller must know besides. A code alone would
-- be taken for the text of an 'ERR'.
local function refuse(code, told) return redis.error_reply(code .. ' ' .. (told or 'refused')) end
