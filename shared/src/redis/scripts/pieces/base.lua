-- What every script starts with: its arguments, the names of the keys, the time. The server keeps
-- this library between calls, so `begin` sets all state of a call again.
--
-- KEYS[1]: {acd}:meta, from which all other names follow. ARGV[1]: the time in microseconds, or ''
-- for the server's clock. Refusals are errors 'CODE ...'; see shared/src/redis/failure.rs.
local KEYS, ARGV

local META, ACD, EVENTS, QUEUE, DEADLINES, AGENTS, BUSY, SKILLS, DEMAND, ANCHORS, COUNTS, TALLY
local MINUTES, DROPPING, AWAY, DELETED, SEARCHES, TYPES, LIVE, OFFERED, WRAP_UP, PENALTY
-- Prefixes of keys; an id, a skill or a profile follows.
local CONTACT, AGENT, STAFFED, AVAILABLE, IDLE, SETS, WAITING, HEADS, COPIES
local function name_keys(meta)
  META = meta
  ACD = string.sub(meta, 1, -5)
  EVENTS, QUEUE, DEADLINES = ACD .. 'events', ACD .. 'queue', ACD .. 'deadlines'
  AGENTS, BUSY, SKILLS, DEMAND = ACD .. 'agents', ACD .. 'busy', ACD .. 'skills', ACD .. 'demand'
  ANCHORS, COUNTS, TALLY = ACD .. 'anchors', ACD .. 'counts', ACD .. 'tally'
  MINUTES, DROPPING = ACD .. 'minutes', ACD .. 'dropping'
  AWAY, DELETED, SEARCHES = ACD .. 'away', ACD .. 'deleted', ACD .. 'searches'
  TYPES, LIVE = ACD .. 'types', ACD .. 'live'
  OFFERED, WRAP_UP, PENALTY = ACD .. 'offered', ACD .. 'wrap_up', ACD .. 'penalty'
  CONTACT, AGENT, STAFFED = ACD .. 'contact:', ACD .. 'agent:', ACD .. 'staffed:'
  AVAILABLE, WAITING, HEADS = ACD .. 'available:', ACD .. 'waiting:', ACD .. 'heads:'
  IDLE, SETS, COPIES = ACD .. 'idle:', ACD .. 'sets:', ACD .. 'counts:'
end

-- Facts that hold as long as the server runs. `clustered`: whether it is part of a cluster, in
-- which slots move between servers, so that a key may be on another one. A server that does not say
-- may be one. (All this is only accessible once a function of the library is called.)
local unguarded, guarded, run, call, format, type_of, try, decode, clustered
local function know_server()
  unguarded, run, format = redis.call, redis.pcall, string.format
  type_of, try, decode = type, pcall, cjson.decode
  local told = redis.pcall('INFO', 'cluster')
  clustered = type(told) ~= 'string' or not string.find(told, 'cluster_enabled:0', 1, true)
end

-- Formats a number for Redis and JSON. Concatenation would round a large one, and Redis takes twice
-- as long to format one.
local function int(number) return format('%d', number) end

-- Whether the script only reads.
local only_reads
-- Escapes a name for a JSON string: most stay as they are, a backslash is doubled. The results are
-- cached between calls, since the names are mostly the same and checking each again takes ten times
-- as long. (No valid name has quotes or control characters, but one from another client must not
-- break documents.)
local in_json_of, in_json = {}, nil
do
  local MOST_IN_JSON = 10000
  local how_many_in_json = 0
  in_json = function(name)
    local known = in_json_of[name]
    if known then return known end
    known = name
    if string.find(name, '["\\%c]') then known = string.sub(cjson.encode(name), 2, -2) end
    if how_many_in_json == MOST_IN_JSON then in_json_of, how_many_in_json = {}, 0 end
    in_json_of[name], how_many_in_json = known, how_many_in_json + 1
    return known
  end
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

-- Parses a number, or returns nil if it is not one that can be calculated with exactly.
local function whole(text)
  local number = tonumber(text)
  return number and number >= 0 and number < 2 ^ 53 and math.floor(number) or nil
end

-- Returns a refusal: a code and details for the caller. A code alone would be treated as the text
-- of an 'ERR'.
local function refuse(code, told) return redis.error_reply(code .. ' ' .. (told or 'refused')) end
