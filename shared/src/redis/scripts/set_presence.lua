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
-- A repeat of the present choice succeeds whatever was seen. But a state with a mark was not
-- chosen, even if it is the same presence.
if before ~= (reason and presence .. ' ' .. reason or presence) then
  other = other_standing(5, before, before)
  if other then return other end
elseif not mark then
  return before
end
if reason and type_of(settings.reasons) == 'table' then
  local listed = false
  for _, known in ipairs(settings.reasons) do listed = listed or known == reason end
  if not listed then return refuse('NOREASON', call('HGET', META, 'settings')) end
end

if agent.activity == 'busy' then
  touch(KEYS[2])
  set_next(agent, presence == 'unavailable' and presence or nil, reason)
elseif presence == 'unavailable' then
  touch(routing_keys(agent))
  make_unavailable(agent, reason)
else
  local work = work_for(agent.skills)
  touch(routing_keys(agent, work))
  make_available(agent, work)
end
return before
