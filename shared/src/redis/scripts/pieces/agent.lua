-- The documents of agents: reading one, and writing what they become.
--
-- Uses base: ACD, AGENT, AWAY, NOW, call, decode, int, run, try, unguarded.
-- Uses call: look_at_document, read_document.
-- Uses write: last_event.
-- Uses commit: pauses.
-- Uses available: skills_and_lists.

local read_agent, look_at_agent
do
  -- Who has an offer keeps their place, but is on no list.
  local function paused(agent)
    local _ = (agent['until'] or agent.activity == 'wrap_up' and 0) + 0
    if agent.activity == 'offered' then
      agent.clears, agent.ends = ',"offer":null', ',"until":null'
      _ = agent.since + agent.offer
      agent.place, agent.since = agent.since, nil
    elseif agent.activity == 'wrap_up' then
      _ = agent.contact .. ''
      agent.ends = agent['until'] and ',"until":null'
    elseif agent.activity == 'penalty' then
      agent.ends = ',"until":null'
    else
      error('an agent has an activity')
    end
    return agent
  end

  local function sound_agent(json)
    local it = decode(json)
    local _ = it.handled + it.changed + (it.handle_time or 0) + (it.since or 0)
    _ = it.presence < (it.reason or '') or (it.contact or '') < (it.next_reason or '')
    table.concat(it.skills)
    if it.activity == 'busy' or it.activity == 'idle' and (it.since or it.presence ~= 'available') then
      if it.misses and it.mark == 'not_responding' then it.clears = ',"misses":null' end
      return it
    end
    return paused(it)
  end

  read_agent = function(id)
    local agent = read_document(AGENT .. id, sound_agent)
    if agent then agent.id = id end
    return agent
  end

  -- Same as read_agent, for loops over many agents: skips one whose document is not sound.
  look_at_agent = function(id)
    local agent = look_at_document(AGENT .. id, sound_agent)
    if agent then agent.id = id end
    return agent
  end
end

-- Reads only what is needed of a listed agent who gets a contact: a third of the work. Returns nil
-- if that cannot be read.
local function read_listed(id)
  local json = run('JSON.GET', AGENT .. id, '.skills')
  local read, skills, lists, set = try(skills_and_lists, json)
  if not read then return nil end
  return { id = id, skills = skills, lists = lists, set = set, presence = 'available', activity = 'idle', since = true }
end

local become
do
  -- The lists of agents who have an offer, a wrap-up or a penalty, by when it ends.
  local LIST_OF = { offered = 'offered', wrap_up = 'wrap_up', penalty = 'penalty' }

  -- Merges the changed fields into the agent document, and clears what belongs to the former state.
  become = function(agent, fields)
    local list = pauses and LIST_OF[agent.activity]
    if list then call('ZREM', ACD .. list, agent.id) end
    if agent.clears then fields = fields .. agent.clears end
    if agent.ends then fields = fields .. agent.ends end
    unguarded('JSON.MERGE', AGENT .. agent.id, '$', '{"changed":' .. NOW .. fields .. (agent.served or '') ..
      (agent.next and ',"next":null,"next_reason":null,"next_mark":null}' or '}'))
  end
end

-- Returns the changed fields of an agent who becomes available.
local function arriving(agent)
  return agent.presence == 'available' and '' or ',"presence":"available","reason":null,"mark":null'
end

local comes_back, note_away
do
  -- The mark of an agent says why they are unavailable if no person chose it: `new`, `closed`,
  -- `requeued`. Nobody can type a mark. If they chose it, the mark is `chosen`. Older documents have
  -- no mark; there, closing left the reason `closed`. Opening brings back agents who have, or will
  -- have, one of the marks below.
  local COMES_BACK = { new = true, closed = true }
  comes_back = function(agent) return COMES_BACK[agent.mark] or agent.next_mark == 'closed' end

  -- Adds an agent to {acd}:away or removes them. The score is the number of the event about it, which
  -- is the last one, so that opening brings back the longest unavailable first. `mark` is the new
  -- mark.
  note_away = function(agent, mark)
    if COMES_BACK[mark] then
      call('ZADD', AWAY, int(last_event), agent.id)
    elseif comes_back(agent) then
      call('ZREM', AWAY, agent.id)
    end
  end
end
