-- Takes an agent's choice; for an agent on a contact it comes true when the contact ends.
-- KEYS: meta, the agent. ARGV: time, id, 'available' or 'unavailable', the reason or ''.
-- Errors: NOAGENT.
local id, presence = ARGV[2], ARGV[3]
local reason = ARGV[4] ~= '' and ARGV[4] or nil
local agent = read_agent(id)
if not agent then return refuse('NOAGENT') end

if agent.activity == 'busy' then
  local next = presence == 'unavailable' and presence or nil
  -- What was made of them is not what they chose, though it may be the same.
  if agent.next == next and agent.next_reason == reason and agent.next_mark ~= 'closed' then return end
  touch(KEYS[2])
  set_next(agent, next, reason)
elseif presence == 'unavailable' then
  if agent.presence == presence and agent.reason == reason and agent.mark == 'chosen' then return end
  touch(routing_keys(agent))
  make_unavailable(agent, reason)
elseif agent.presence ~= presence then
  local work = work_for(agent.skills)
  touch(routing_keys(agent, work))
  make_available(agent, work)
end
