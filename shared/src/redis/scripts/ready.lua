-- Checks that scripts may write here: a replica refuses every script that is not flagged as
-- read-only. Also checks that the keys of every change have their types, and that the user may run
-- what scripts run: a change that fails halfway could not be undone.
-- KEYS: meta. ARGV: time. Reply: 'OK'. Errors: WRONGTYPE, NOPERM, or that a command is unknown.
local KEPT = { META, EVENTS, QUEUE, DEADLINES, AGENTS, BUSY, SKILLS, DEMAND, ANCHORS, COUNTS, TALLY,
  MINUTES, DROPPING, AWAY, DELETED, SEARCHES, TYPES, LIVE, OFFERED, WRAP_UP, PENALTY }
for _, key in ipairs(KEPT) do
  local wrong = wrong_type(key)
  if wrong then return redis.error_reply('WRONGTYPE ' .. wrong) end
end

-- Each with a valid number of arguments.
local RUN = {
  { 'COPY', COUNTS, COUNTS }, { 'DEL', TALLY }, { 'EXISTS', META }, { 'HDEL', META, '' },
  { 'HEXISTS', DEMAND, '' }, { 'HGET', META, '' }, { 'HINCRBY', DEMAND, '', 1 },
  { 'HMGET', META, '' }, { 'HSET', META, '', '' }, { 'JSON.ARRAPPEND', AGENT, '$', '1' },
  { 'JSON.ARRPOP', AGENT, '$', 0 }, { 'JSON.GET', AGENT, '$' }, { 'JSON.MERGE', AGENT, '$', '1' },
  { 'JSON.SET', AGENT, '$', '1' }, { 'LRANGE', TALLY, 0, 0 }, { 'RPUSH', TALLY, '' },
  { 'SADD', DROPPING, '' }, { 'SCARD', DROPPING }, { 'SRANDMEMBER', DROPPING },
  { 'SREM', DROPPING, '' }, { 'XADD', EVENTS, '1', '', '' }, { 'XINFO', 'STREAM', EVENTS },
  { 'ZADD', QUEUE, 0, '' }, { 'ZCARD', QUEUE }, { 'ZCOUNT', QUEUE, 0, 0 }, { 'ZINTER', 1, QUEUE },
  { 'ZRANGE', QUEUE, 0, 0 },
  { 'ZRANGEBYLEX', AGENTS, '-', '+' }, { 'ZRANGEBYSCORE', DEADLINES, 0, 0 },
  { 'ZRANK', QUEUE, '' }, { 'ZREM', QUEUE, '' }, { 'ZSCORE', QUEUE, '' },
}
if redis.acl_check_cmd then
  for _, command in ipairs(RUN) do
    -- Ignored on servers that do not support the check.
    local told, may = pcall(redis.acl_check_cmd, unpack(command))
    if told and not may then
      return redis.error_reply('NOPERM the user may not run ' .. command[1] .. ' on ' .. (command[2] == 'STREAM' and EVENTS or command[2]))
    end
  end
end
-- A server that restarted without its JSON module cannot read documents.
local document = run('JSON.GET', AGENT)
if type(document) == 'table' and document.err and string.find(string.lower(document.err), 'unknown') then
  return document
end
call('EXISTS', META)
return redis.status_reply('OK')
