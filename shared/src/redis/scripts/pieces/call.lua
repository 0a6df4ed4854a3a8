-- Runs commands so that an operation is carried out completely or not at all.
--
-- Before `touch`, `call` is the server's own and an error fails the operation. After it nothing can
-- be undone, so nothing may fail, and `call` is `guarded`: a key to which another client gave a
-- wrong type is put aside ({acd}:set-aside:...), and the command runs again on an empty key. Its
-- former contents were lost already; an audit rebuilds them from the documents. Guarding the reads
-- before `touch` as well would add a tenth more instructions per contact.
--
-- A guarded command takes a thousand instructions. So two kinds of writes are not guarded. A write
-- that normally returns 1 and may run twice uses `run`, and `call` if it returns anything else. A
-- write to a key that this script has already read as its type cannot fail because of it:
-- `unguarded`.
--
-- Uses base: ACD, EVENTS, call, guarded, only_reads, run, try, type_of, whole.

-- Returns what is wrong with the type of a key, or nil.
local wrong_type
-- Puts a key of a wrong type aside, so that it is empty.
local put_aside
do
  -- The type of each key, by its name or prefix. Servers name the JSON type differently, but never
  -- like one of their own types.
  local JSON = 'JSON document'
  local EXPECTED = {
    meta = 'hash', demand = 'hash', anchors = 'hash', counts = 'hash', tally = 'list', events = 'stream',
    queue = 'zset', deadlines = 'zset', agents = 'zset', busy = 'zset', skills = 'zset', away = 'zset',
    deleted = 'zset', minutes = 'zset', dropping = 'set', staffed = 'zset', available = 'zset', waiting = 'zset',
    heads = 'zset', idle = 'zset', sets = 'zset', searches = 'zset', types = 'hash', live = 'hash', offered = 'zset',
    wrap_up = 'zset', penalty = 'zset', contact = JSON, agent = JSON,
  }

  local words = { string = 'string', list = 'list', set = 'set', zset = 'sorted set', hash = 'hash', stream = 'stream' }
  wrong_type = function(key)
    local expected = EXPECTED[string.match(string.sub(key, #ACD + 1), '^[^:]+')]
    local found = run('TYPE', key)
    found = type(found) == 'table' and found.ok or 'none'
    if not expected or found == 'none' or found == expected then return nil end
    if expected == JSON and not words[found] then return nil end
    return key .. ' is a ' .. (words[found] or found) .. ' where a ' .. (words[expected] or expected) .. ' belongs'
  end

  put_aside = function(key)
    local why = wrong_type(key) or key .. ' cannot be gone on with'
    redis.log(redis.LOG_WARNING, why .. ': it was put aside; switchboard-engine check says what to do')
    run('COPY', key, ACD .. 'set-aside:' .. string.sub(key, #ACD + 1), 'REPLACE')
    run('DEL', key)
  end

  -- The replies of read commands for a missing key.
  local empty = {
    EXISTS = 0, HEXISTS = 0, HGET = false, HGETALL = {}, HKEYS = {}, HLEN = 0, HMGET = {}, LRANGE = {},
    SCARD = 0, SRANDMEMBER = false, XREVRANGE = {}, ZCARD = 0, ZINTER = {}, ZRANGE = {}, ZRANGEBYLEX = {},
    ZRANGEBYSCORE = {}, ZRANK = false, HSCAN = { '0', {} }, ZSCAN = { '0', {} }, ZSCORE = false, ['JSON.GET'] = false,
  }

  -- Handles a failed command: returns its reply after a repair, or fails the operation with the
  -- reason.
  local function overcome(reply, command, ...)
    local wrong = {}
    for _, word in ipairs({ ... }) do
      if type(word) == 'string' and string.sub(word, 1, #ACD) == ACD and wrong_type(word) then
        wrong[#wrong + 1] = word
      end
    end
    if not only_reads then
      for _, key in ipairs(wrong) do put_aside(key) end
      local key, field = ...
      -- The value is not a number, or the result would be too large.
      if command == 'HINCRBY' and not wrong[1] then run('HDEL', key, field) end
      reply = run(command, ...)
      if type(reply) ~= 'table' or not reply.err then return reply end
    elseif wrong[1] and empty[command] ~= nil then
      return empty[command]
    end
    error(reply)
  end

  -- Runs a command that must no longer fail the operation.
  guarded = function(command, ...)
    local reply = run(command, ...)
    -- Most replies are these; checking the type takes longer than everything else here.
    if reply == 1 or reply == 0 or not reply then return reply end
    if type_of(reply) == 'table' and reply.err then return overcome(reply, command, ...) end
    return reply
  end
end

-- Returns the number of the newest event that the stream has ever had.
local function end_of_log()
  local told = run('XINFO', 'STREAM', EVENTS)
  for place = 1, #told, 2 do
    if told[place] == 'last-generated-id' then return whole(string.match(told[place + 1], '^%d+')) or 0 end
  end
  return 0
end

-- The key of the last unsound document. `note_unsound` returns the error: that of the server if it
-- could not read the document (no permission, unknown command), or what is wrong with the document.
local unsound
local function note_unsound(key, json)
  unsound = key
  if type_of(json) == 'table' and json.err and not wrong_type(key) then return json end
  return { err = 'UNSOUND ' .. (wrong_type(key) or key .. ' lacks what such a document holds') }
end

-- Reads a document with `sound`, which fails if the document is not sound. Returns nil if there is
-- none. An unsound document fails the operation before anything is written. Where nothing may fail,
-- the result is nil and `unsound` is the key.
local function read_document(key, sound)
  local json = run('JSON.GET', key)
  if not json then
    unsound = nil
    return nil
  end
  local read, document = try(sound, json)
  if read then return document end
  local why = note_unsound(key, json)
  if call ~= guarded then error(why) end
end

-- Returns whether a document that was not read is gone or damaged; only another client can do that,
-- and an audit reports it. Fails the operation if it is the server that cannot read documents now.
local function is_damaged(key)
  local json = run('JSON.GET', key)
  if type_of(json) == 'table' and not wrong_type(key) then
    if call ~= guarded then error(json) end
    return false
  end
  redis.log(redis.LOG_WARNING, key .. ' cannot be read, so it is passed over: switchboard-engine check says what to do')
  return true
end

-- Same as read_document, for loops over many documents: always skips one that is not sound.
local function look_at_document(key, sound)
  local json = run('JSON.GET', key)
  local read, document = try(sound, json)
  return read and document or nil
end
