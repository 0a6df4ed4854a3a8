-- Returns what explains why a contact waits.
-- KEYS: meta, the contact. ARGV: time, id, how many qualified agents are listed, then how many
-- holders of the rarest skill, how many lines and how many skills are searched.
-- Reply: {document, {now, how many are ranked before it, how many of them compete, 1 if closed,
-- agents, qualified agents, busy ones of them, those of these who will stop, those made unavailable
-- by closing, those with an offer, in wrap-up, on penalty, not responding}, {skills nobody holds}, {{similar skill, holders}}, {documents of the first qualified
-- agents}}.
-- Errors: NOCONTACT.
local json = call('JSON.GET', KEYS[2])
if not json then return refuse('NOCONTACT') end
local contact = cjson.decode(json)
local most_lines = tonumber(ARGV[5])

local staffed, unstaffed, rarest, fewest = {}, {}, AGENTS, math.huge
for _, skill in ipairs(skills_of(contact.profile)) do
  local key = STAFFED .. skill
  local holders = call('ZCARD', key)
  staffed[#staffed + 1] = key
  if holders == 0 then unstaffed[#unstaffed + 1] = skill end
  if holders < fewest then rarest, fewest = key, holders end
end
if #staffed == 0 then staffed = { AGENTS } end

-- Of many holders of the rarest skill only the first are examined.
local keys = {}
for _, id in ipairs(call('ZRANGE', rarest, 0, ARGV[4] - 1)) do
  local holds_all = true
  for _, key in ipairs(staffed) do holds_all = holds_all and call('ZSCORE', key, id) end
  if holds_all then keys[#keys + 1] = AGENT .. id end
end
local holders = documents({ unpack(keys, 1, math.min(#keys, ARGV[3])) })

-- Counts agents who will stop or were made unavailable by closing, and collects each set of skills
-- once.
local stopping, told_of = 0, { closed = 0, not_responding = 0, offered = 0, wrap_up = 0, penalty = 0 }
local held, seen = {}, {}
if #keys > 0 then
  keys[#keys + 1] = '$["next","mark","activity","skills"]'
  for _, told in ipairs(call('JSON.MGET', unpack(keys))) do
    local stops, wraps_up = false, false
    for _, value in ipairs(told and cjson.decode(told) or {}) do
      stops, wraps_up = stops or value == 'unavailable', wraps_up or value == 'wrap_up'
      if told_of[value] then told_of[value] = told_of[value] + 1 end
      local names = type(value) == 'table' and table.concat(value, ',')
      if names and not seen[names] then
        local skills = {}
        for _, skill in ipairs(value) do skills[skill] = true end
        seen[names], held[#held + 1] = true, skills
      end
    end
    if stops and not wraps_up then stopping = stopping + 1 end
  end
end

-- Each line is listed under one of its skills, so the lines that an agent serves are found under
-- the skills that they hold.
local looked_at, listed = 0, {}
local function competing_under(anchor)
  if listed[anchor] or looked_at >= most_lines then return 0 end
  listed[anchor] = true
  local before, ahead = '(' .. int(contact.rank), 0
  local lines = call('ZRANGEBYSCORE', HEADS .. anchor, '-inf', before, 'LIMIT', 0, most_lines - looked_at)
  looked_at = looked_at + #lines
  for _, line in ipairs(lines) do
    for _, skills in ipairs(held) do
      if serves(skills, line) then
        ahead = ahead + call('ZCOUNT', WAITING .. line, '-inf', before)
        break
      end
    end
  end
  return ahead
end

local place = call('ZRANK', QUEUE, ARGV[2])
local ahead = place and #held > 0 and competing_under(ANY) or 0
if place then
  for _, skills in ipairs(held) do
    for skill in pairs(skills) do ahead = ahead + competing_under(skill) end
  end
end

local known = {}
if #unstaffed > 0 then
  for i, skill in ipairs(call('ZRANGE', SKILLS, 0, ARGV[6] - 1)) do
    known[i] = { skill, call('ZCARD', STAFFED .. skill) }
  end
end

local qualified = call('ZINTERCARD', #staffed, unpack(staffed))
staffed[#staffed + 1] = BUSY
local busy = call('ZINTERCARD', #staffed, unpack(staffed))
return { json, { now_ms, place or -1, place and ahead or -1, tonumber(call('HGET', META, 'closed') or 0),
  call('ZCARD', AGENTS), qualified, busy, stopping, told_of.closed, told_of.offered,
  told_of.wrap_up, told_of.penalty, told_of.not_responding }, unstaffed, known, holders }
