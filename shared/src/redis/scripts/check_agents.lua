-- Audits agents: compares each document with the lists and their contact, and checks that no
-- contact waits that an available agent serves.
-- KEYS: meta. ARGV: time, 'repair' or '', ids..
-- Reply: {how many exist, {{finding, repaired}..}}.
begin_check()

-- Returns what is wrong with the state of an agent, or nil.
local function ail(agent)
  local listed = call('ZSCORE', AVAILABLE .. ANY, agent.id)
  if agent.activity == 'busy' then
    local contact = agent.contact and read_contact(agent.contact)
    if not contact then return 'is busy with a contact that is not there' end
    if contact.state ~= 'assigned' or contact.agent ~= agent.id then return 'is busy with a contact that is not with them' end
    if listed then return 'is busy and listed as available' end
  elseif agent.activity == 'offered' then
    local contact = agent.contact and read_contact(agent.contact)
    if not (contact and contact.offered_to == agent.id and contact.offer == agent.offer) then
      return 'has an offer of a contact that is not offered to them'
    end
    if listed then return 'has an offer and is listed as available' end
    if not call('ZSCORE', OFFERED, agent.id) then return 'has an offer that would never be missed' end
  elseif agent.activity == 'wrap_up' then
    if listed then return 'is in wrap-up and listed as available' end
    if not call('ZSCORE', WRAP_UP, agent.id) then return 'is in a wrap-up that would never end' end
  elseif agent.activity == 'penalty' then
    if listed then return 'is on penalty and listed as available' end
    if not call('ZSCORE', PENALTY, agent.id) then return 'is on a penalty that would never end' end
  elseif agent.presence ~= 'available' then
    if listed then return 'is unavailable and listed as available' end
  else
    local there, missing = is_listed(agent)
    if not there then return 'is available and not on ' .. missing .. ' since then' end
    -- A search that goes on may still find them.
    local work = call('EXISTS', SEARCHES) == 0 and work_for(agent.skills)
    if work then return 'is available while contact ' .. work.id .. ' waits for them' end
  end
end

local function put_right(agent)
  if agent.activity ~= 'idle' then
    touch(routing_keys(agent), OFFERED, WRAP_UP, PENALTY)
    take_off_lists(agent)
  end
  mend(agent)
  emit('{"type":"repaired","agent":"' .. in_json(agent.id) .. '"}')
end

local function audit(agent)
  local id = agent.id
  if not call('ZSCORE', AGENTS, id) then
    find('agent ' .. id .. ' is not on the list of agents', function()
      touch(AGENTS)
      call('ZADD', AGENTS, 0, id)
    end)
  end
  for _, skill in ipairs(agent.skills) do
    if not (call('ZSCORE', STAFFED .. skill, id) and call('ZSCORE', SKILLS, skill)) then
      find('agent ' .. id .. ' holds ' .. skill .. ' and is not listed for it', function()
        touch(STAFFED .. skill, SKILLS)
        call('ZADD', STAFFED .. skill, 0, id)
        call('ZADD', SKILLS, 0, skill)
      end)
    end
  end
  if comes_back(agent) and not call('ZSCORE', AWAY, id) then
    find('agent ' .. id .. ' comes back when the ACD opens and is not on the list of who does', function()
      touch()
      call('ZADD', AWAY, int(last_event), id)
    end)
  end
  local ails = ail(agent)
  if ails then find('agent ' .. id .. ' ' .. ails, function() put_right(agent) end) end
  if agent.activity == 'busy' and not ails and not call('ZSCORE', BUSY, id) then
    find('agent ' .. id .. ' is busy and not on the list of who is', function()
      touch()
      call('ZADD', BUSY, agent.changed, id)
    end)
  end
end

local looked = 0
for place = 3, #ARGV do
  local agent = read_agent(ARGV[place])
  if unsound == AGENT .. ARGV[place] and not wrong_type(unsound) then
    find(unsound .. ' lacks what such a document holds: look at it, and delete it if it is of no use')
  end
  if agent then
    looked = looked + 1
    audit(agent)
  end
end
return { looked, found }
