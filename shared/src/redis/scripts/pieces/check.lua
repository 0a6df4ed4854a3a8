-- Shared by audits, which find faults and repair them if asked to. Each subject is compared in one
-- step with everything that must agree with it, so the floor can stay live between two subjects.
-- ARGV[2]: 'repair' or ''.
--
-- Uses base: ANCHORS, ARGV, HEADS, WAITING, call.
-- Uses waiting: anchor_of.
local repairs, found
local function begin_check() repairs, found = ARGV[2] == 'repair', {} end

-- Records a finding as a sentence. Without `put_right` it cannot be repaired, only reported.
local function find(text, put_right)
  if repairs and put_right then put_right() end
  found[#found + 1] = { text, repairs and put_right and 1 or 0 }
end

-- Updates the head and anchor of a line to match its first contact.
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
