-- Audits a part of a list: removes each member that does not belong there.
-- KEYS: meta, the list. ARGV: time, 'repair' or '', the kind of list, its skill or profile, cursor.
-- Reply: {the next cursor or '0', how many were checked, {{finding, repaired}..}}.
begin_check()
local list, kind, name = KEYS[2], ARGV[3], ARGV[4]

local function holds(agent, skill)
  for _, held in ipairs(agent.skills) do
    if held == skill then return true end
  end
  return false
end

local function waits_here(id, score)
  local contact = read_contact(id)
  return contact and contact.state == 'queued' and contact.rank == score
    and (kind == 'queue' or contact.profile == name)
end

-- Returns whether a member belongs on the list with its score.
local belongs = {
  queue = waits_here,
  waiting = waits_here,
  agents = function(id) return call('EXISTS', AGENT .. id) == 1 end,
  busy = function(id)
    local agent = read_agent(id)
    return agent and agent.activity == 'busy'
  end,
  offered = function(id)
    local agent = read_agent(id)
    return agent and agent.activity == 'offered'
  end,
  wrap_up = function(id)
    local agent = read_agent(id)
    return agent and agent.activity == 'wrap_up'
  end,
  penalty = function(id)
    local agent = read_agent(id)
    return agent and agent.activity == 'penalty'
  end,
  away = function(id)
    local agent = read_agent(id)
    return agent and comes_back(agent)
  end,
  available = function(id, score)
    local agent = read_agent(id)
    return agent and agent.presence == 'available' and agent.activity == 'idle'
      and agent.since == score and (name == ANY or holds(agent, name))
  end,
  idle = function(id, score)
    local agent = read_agent(id)
    return agent and agent.since == score and line_of(agent) == name
  end,
  sets = function(set, score)
    local first = call('ZRANGE', IDLE .. set, 0, 0, 'WITHSCORES')
    return first[1] and tonumber(first[2]) >= score and string.find(',' .. set .. ',', ',' .. name .. ',', 1, true)
  end,
  staffed = function(id)
    local agent = read_agent(id)
    return agent and holds(agent, name)
  end,
  heads = function(profile, score)
    local head = call('ZRANGE', WAITING .. profile, 0, 0, 'WITHSCORES')
    return head[1] and tonumber(head[2]) == score and call('HGET', ANCHORS, profile) == name
  end,
}

local page = call('ZSCAN', list, ARGV[5], 'COUNT', 100)
for place = 1, #page[2], 2 do
  local member, score = page[2][place], tonumber(page[2][place + 1])
  if not belongs[kind](member, score) then
    find(member .. ' stands on ' .. list .. ', where it does not belong', function()
      touch(list)
      call('ZREM', list, member)
    end)
  end
end
if kind == 'waiting' and call('EXISTS', list) == 1 then
  local head = call('ZRANGE', list, 0, 0, 'WITHSCORES')
  local anchor = call('HGET', ANCHORS, name)
  if not anchor or tonumber(call('ZSCORE', HEADS .. anchor, name) or -1) ~= tonumber(head[2]) then
    find('agents do not see who waits for ' .. name, function()
      touch(line_keys(name))
      settle(name)
    end)
  end
end
return { page[1], #page[2] / 2, found }
