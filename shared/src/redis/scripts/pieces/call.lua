-- How scripts run commands, so that an operation is carried out wholly or not at all.
--
-- What fails before `touch` fails the operation: `call` is the server's own. From there on nothing can
-- be taken back, so nothing may fail, and `call` is `guarded`: what a foreign hand put in the place of
-- a key, so that its type is wrong, is put aside ({acd}:set-aside:...), and the command runs again on
-- an empty key. What the key held before was gone already; an audit makes it anew from the documents.
-- To guard what is only read before would take a life a tenth more instructions.
--
-- A guard takes a thousand instructions. So two kinds of writes go without. One that gives 1 as a rule
-- and may be carried out twice is run by `run`, and once more by `call` where it gave anything else.
-- One to a key that this script has read before, as what it is, cannot fail for its type: `unguarded`.
--
-- Uses base: ACD, EVENTS, call, guarded, only_reads, run, try, type_of, whole.

-- What type each key has, by its name or how that begins. Servers have other names for JSON, which
-- are none of those of their own types.
local JSON = 'JSON document'
local TYPES = {
  meta = 'hash', demand = 'hash', anchors = 'hash', counts = 'hash', tally = 'list', events = 'stream',
  queue = 'zset', deadlines = 'zset', agents = 'zset', busy = 'zset', skills = 'zset', away = 'zset',
  deleted = 'zset', minutes = 'zset', dropping = 'set', staffed = 'zset', available = 'zset', waiting = 'zset',
  heads = 'zset', contact = JSON, agent = JSON,
}
-- Tells what is wrong with the type of a key, if something is.
local wrong_type
-- Gives an empty key in the place of one of a wrong type.
local put_aside
do
  local words = { string = 'string', list = 'list', set = 'set', zset = 'sorted set', hash = 'hash', stream = 'stream' }
  wrong_type = function(key)
    local expected = TYPES[string.match(string.sub(key, #ACD + 1), '^[^:]+')]
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

  -- What commands give that read from a key that is not there.
  local empty = {
    EXISTS = 0, HEXISTS = 0, HGET = false, HGETALL = {}, HKEYS = {}, HLEN = 0, HMGET = {}, LRANGE = {},
    SCARD = 0, SRANDMEMBER = false, XREVRANGE = {}, ZCARD = 0, ZINTER = {}, ZRANGE = {}, ZRANGEBYLEX = {},
    ZRANGEBYSCORE = {}, ZRANK = false, HSCAN = { '0', {} }, ZSCAN = { '0', {} }, ZSCORE = false, ['JSON.GET'] = false,
  }

  -- A command has failed. Gives its reply after all, or fails the operation with the reason.
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
      -- A number that is none, or one that would become too large.
      if command == 'HINCRBY' and not wrong[1] then run('HDEL', key, field) end
      reply = run(command, ...)
      if type(reply) ~= 'table' or not reply.err then return reply end
    elseif wrong[1] and empty[command] ~= nil then
      return empty[command]
    end
    error(reply)
  end

  -- Runs a command that must not fail the operation any more.
  guarded = function(command, ...)
    local reply = run(command, ...)
    -- Most answer so; to ask for the type takes longer than all else here.
    if reply == 1 or reply == 0 or not reply then return reply end
    if type_of(reply) == 'table' and reply.err then return overcome(reply, command, ...) end
    return reply
  end
end

-- Gives the number of the newest event that the log has ever had.
local function end_of_log()
  local told = run('XINFO', 'STREAM', EVENTS)
  for place = 1, #told, 2 do
    if told[place] == 'last-generated-id' then return whole(string.match(told[place + 1], '^%d+')) or 0 end
  end
  return 0
end

-- What of a document is not sound: what the server said when it did not even read it (the user may
-- not, or there is no such command), or that it lacks what documents of its kind hold.
local unsound
local function note_unsound(key, json)
  unsound = key
  if type_of(json) == 'table' and json.err and not wrong_type(key) then return json end
  return { err = 'UNSOUND ' .. (wrong_type(key) or key .. ' lacks what such a document holds') }
end

-- Reads a document with `sound`, which fails if its text is not sound. Gives nil if there is none. One
-- that is not sound fails the operation before anything is written; where nothing may fail it is nil,
-- and `unsound` is its key.
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

-- The same for who goes through many: one that is not sound is always passed over.
local function look_at_document(key, sound)
  local json = run('JSON.GET', key)
  local read, document = try(sound, json)
  return read and document or nil
end
