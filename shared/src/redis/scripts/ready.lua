-- Tells that scripts may write here: a replica refuses to begin one that does not promise not to.
-- KEYS: meta. ARGV: time. Reply: 'OK'.
call('EXISTS', META)
return redis.status_reply('OK')
