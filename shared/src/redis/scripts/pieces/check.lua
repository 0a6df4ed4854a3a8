-- What an audit finds, and mends if it is told to: each subject by itself, held against all that
-- has to agree with it at this moment, so that a live floor may go on between two subjects.
-- ARGV[2]: 'repair' or ''.
--
-- Uses base: ANCHORS, ARGV, HEADS, WAITING, call.
-- Uses waiting: anchor_of.
local repairs, found
local function begin_check() repairs, found = ARGV[2] == 'repair', {} end

-- Notes what is wrong, in a sentence. What has no way to be mended is only told.
local function find(text, put_right)
  if repairs and put_right then put_right() end
  found[#found + 1] = { text, repairs and put_right and 1 or 0 }
end

-- Brings what is kept about a line in step with its first contact.
local function settle(profile)
  local line = WAITING .. profile
  local head = call('ZRANGE', line, 0, 0, 'WITHSCORES')
  local known = call('HGET', ANCHORS, profile)
  if not head[1] then
    if known then call('ZREM', HEADS .. known, profile) end
    call('HDEL', ANCHORS, profile)
    return
  end
  local anchor = anchor_of(profile)
  call('HSET', ANCHORS, profile, anchor)
  call('ZADD', HEADS .. anchor, head[2], profile)
end
