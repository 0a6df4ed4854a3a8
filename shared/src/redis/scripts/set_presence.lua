-- Sets an agent's choice. For an agent on a contact it takes effect when the contact ends.
-- KEYS: meta, the agent. ARGV: time, id, 'available' or 'unavailable', the reason or '',
-- precondition.
-- Reply: the previous choice. Errors: NOAGENT, STALE, CHANGED, NOREASON with the settings.
local id, presence = ARGV[2], ARGV[3]
local reason = ARGV[4] ~= '' and ARGV[4] or nil
local agent = read_agent(id)
if not agent then return refuse('NOAGENT') end
local before, mark = chosen(agent)
local other = other_version(5, agent_version, agent)
if other then return other end
local ends = presence == 'available' and WrapUp.ends_by_choice(agent)
-- A repeat of the present choice succeeds whatever was seen. But a state with a mark was not
-- chosen, even if it is the same presence.
if before ~= (reason and presence .. ' ' .. reason or presence) then
  other = other_standing(5, before, before)
  if other then return other end
elseif not mark and (not ends or agent.ready) then
  return before
end
if reason and type_of(settings.reasons) == 'table' then
  local listed = false
  for _, known in ipairs(settings.reasons) do listed = listed or known == reason end
  if not listed then return refuse('NOREASON', call('HGET', META, 'settings')) end
end

if agent.activity == 'busy' or agent.activity == 'wrap_up' then
  local work = ends and agent.activity == 'wrap_up' and work_for(agent.skills)
  touch(routing_keys(agent, work), WRAP_UP)
  set_next(agent, presence == 'unavailable' and presence or nil, reason)
  if agent.activity == 'busy' then
    if ends or agent.ready then call('JSON.MERGE', KEYS[2], '$', '{"ready":' .. (ends and 'true' or 'null') .. '}') end
  elseif ends then
    agent.next, agent.next_mark, agent.next_reason = nil, nil, nil
    end_wrap_up(agent, work or nil, true)
  end
elseif presence == 'unavailable' and agent.activity == 'offered' then
  withdraw(agent, reason)
elseif presence == 'unavailable' then
  touch(routing_keys(agent), PENALTY)
  make_unavailable(agent, reason)
else
  local work = work_for(agent.skills)
  touch(routing_keys(agent, work), PENALTY)
  make_available(agent, work)
end
return before
