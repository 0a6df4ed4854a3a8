-- Audits whether {acd}:meta was lost. It alone holds the settings and whether the ACD is closed.
-- KEYS: meta. ARGV: time, 'repair' or '', how many agents are examined at most.
-- Reply: {{{finding, repaired}..}}.
begin_check()

-- Closing marks the agents that it makes unavailable, and opening removes the mark.
local function is_closed_by_marks()
  for _, id in ipairs(call('ZRANGE', AWAY, 0, ARGV[3] - 1)) do
    local agent = look_at_agent(id)
    if agent and (agent.mark == 'closed' or agent.next_mark == 'closed') then return true end
  end
  return false
end

local gone = is_meta_lost()
if gone or call('HEXISTS', META, 'lost') == 1 then
  local closes = call('HEXISTS', META, 'closed') == 0 and is_closed_by_marks()
  find(META .. (gone and ' is gone' or ' was lost, and was begun anew') .. ': what was set for the ACD, and'
    .. ' whether it was closed, cannot be known any more. It is '
    .. (closes and 'open, but closing took agents off who are not back: --repair closes it again. Open it if that'
      or (call('HEXISTS', META, 'closed') == 1 and 'closed' or 'open') .. '. Open or close it if that')
    .. ' is not right (POST /acd), and set again what was set (PATCH /acd/settings)', function()
    touch()
    call('HDEL', META, 'lost')
    call('HSET', META, 'event', int(last_event))
    meta_lost = false
    if closes then close_floor() end
  end)
end
local stored = call('HGET', META, 'settings')
-- Fields that this version does not know are of a later one.
local function are_sound(set)
  local known, reasons, short = set.known_skills_only, set.reasons, set.short_abandon_s
  if known ~= nil and type_of(known) ~= 'boolean' then return false end
  if short ~= nil and not (type_of(short) == 'number' and whole(short) == short and short <= 86400) then return false end
  if reasons == nil then return true end
  if type_of(reasons) ~= 'table' then return false end
  local listed = 0
  for place, reason in pairs(reasons) do
    listed = listed + 1
    if type_of(place) ~= 'number' or type_of(reason) ~= 'string' or reason == '' then return false end
  end
  return listed == #reasons and not string.find(table.concat(reasons), '[,|{}*"%c]')
end
local read, told = try(decode, stored)
if stored and not (read and type_of(told) == 'table' and string.find(stored, '^%s*{') and are_sound(told)) then
  find(META .. ' holds settings that cannot be read, so nothing is set: --repair deletes them. Set again what was'
    .. ' set (PATCH /acd/settings)', function()
    touch()
    call('HDEL', META, 'settings')
  end)
end
return { found }
