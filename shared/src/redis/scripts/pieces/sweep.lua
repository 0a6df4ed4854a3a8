-- The safety sweep: what an agent's document says is held against the lists and his contact.
-- The other scripts keep these together; only a foreign hand or a fault can part them.

-- Mends one agent; tells whether he had to be.
local function mend(agent)
  local listed = call('ZSCORE', AVAILABLE .. ANY, agent.id)
  if agent.activity == 'busy' then
    local contact = read_contact(agent.contact or '')
    if contact and contact.state == 2 and contact.agent == agent.id then return false end
    local work = work_when_free(agent)
    touch(routing_keys(agent, work))
    free(agent, work)
    return true
  end
  if agent.presence ~= 'available' then
    if not listed then return false end
    take_off_lists(agent)
    return true
  end
  local work = work_for(agent.skills)
  if work then
    touch(routing_keys(agent, work))
    unlist(agent)
    dequeue(work.id, work.profile)
    assign(work, agent)
    return true
  end
  local whole = true
  for _, key in ipairs(lists_of(agent)) do
    if tonumber(call('ZSCORE', key, agent.id) or -1) ~= agent.since then whole = false end
  end
  if not whole then put_on_lists(agent, int(agent.since)) end
  return not whole
end

-- Looks at the next 100 agents; gives how many had to be mended, and whether agents remain.
local function sweep()
  local cursor = call('HGET', META, 'swept') or ''
  local ids = call('ZRANGEBYLEX', AGENTS, cursor == '' and '-' or '(' .. cursor, '+', 'LIMIT', 0, 100)
  local found = 0
  for _, id in ipairs(ids) do
    local agent = look_at_agent(id)
    if agent and mend(agent) then
      found = found + 1
      emit('{"type":"repaired","agent":"' .. id .. '"}')
    end
  end
  local unfinished = #ids == 100
  if unfinished then call('HSET', META, 'swept', ids[100]) else call('HDEL', META, 'swept') end
  return found, unfinished
end
