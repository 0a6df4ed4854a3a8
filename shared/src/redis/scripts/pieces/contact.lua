-- Reads a contact as a whole document, which is at most about 5 KB. Reading the few needed fields
-- by path takes three times as long.
--
-- Nothing is stored twice in a document, because each field costs memory in Redis and time in
-- scripts. The id is in the key, the priority is in the rank, and the state follows from agent and
-- outcome. `sound_contact` fails if a field that scripts use is missing or has a wrong type: adding
-- and comparing shows that in a tenth of the time of checking types.
--
-- Uses constants: BAND.
-- Uses base: CONTACT, LIVE, call, decode, in_json, in_json_of, int.
-- Uses call: read_document.
local read_contact
do
  local function sound_contact(json)
    local it = decode(json)
    local _ = it.rank + it.created + (it.assigned or 0) + (it.ended or 0) + (it.requeues or 0)
      + (it.asked or 0) + (it.earlier or 0)
    _ = it.profile < (it.agent or '') or (it.outcome or '') < (it.owner or '') or (it.type or '') < (it.offered_to or '')
    _ = it.offered_to and it.offer + it.offered_until
    return it
  end

  read_contact = function(id, read)
    local contact = (read or read_document)(CONTACT .. id, sound_contact)
    if not contact then return nil end
    contact.id = id
    contact.state = contact.outcome and 'complete' or contact.agent and 'assigned'
      or contact.offered_to and 'offered' or 'queued'
    return contact
  end
end

-- Counts a contact among those of its type that have not ended, and no longer.
local function begin_of_type(contact)
  if contact.type then call('HINCRBY', LIVE, contact.type, 1) end
end
local function end_of_type(contact)
  if contact.type and call('HINCRBY', LIVE, contact.type, -1) <= 0 then call('HDEL', LIVE, contact.type) end
end

local function priority_of(contact) return math.floor(contact.rank / BAND) end

-- The state fields of a document.
local function served_by(agent, assigned)
  return '"agent":"' .. (in_json_of[agent] or in_json(agent)) .. '","assigned":' .. assigned
end
local function ended_as(outcome, ended) return '"ended":' .. ended .. ',"outcome":"' .. outcome .. '"' end

-- Returns the state of a contact as scripts answer it: these fields in braces. `searching`: whether
-- the search for its agent goes on (continue_floor).
local function answer(served, over, searching)
  if searching then return '{"searching":true}' end
  if not over then return served and '{' .. served .. '}' or '{}' end
  return '{' .. (served and served .. ',' or '') .. over .. '}'
end

local function state_of(contact)
  if contact.offered_to then
    return '{"offer":' .. int(contact.offer) .. ',"offered_to":"' .. in_json(contact.offered_to) ..
      '","offered_until":' .. int(contact.offered_until) .. '}'
  end
  return answer(contact.agent and served_by(contact.agent, int(contact.assigned or 0)),
    contact.outcome and ended_as(contact.outcome, int(contact.ended or 0)))
end

-- Returns the answer to a repeat: the state of a contact that needed no change.
local function repeated(contact)
  local state = state_of(contact)
  return '{"repeated":true' .. (state == '{}' and '' or ',') .. string.sub(state, 2)
end
