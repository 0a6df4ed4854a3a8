-- Reads a contact as a whole document, which is at most about 5 KB. Reading the few needed fields
-- by path takes three times as long.
--
-- Nothing is stored twice in a document, because each field costs memory in Redis and time in
-- scripts. The id is in the key, the priority is in the rank, and the state follows from agent and
-- outcome. `sound_contact` fails if a field that scripts use is missing or has a wrong type: adding
-- and comparing shows that in a tenth of the time of checking types.
--
-- Uses constants: BAND.
-- Uses base: CONTACT, decode, in_json, in_json_of, int.
-- Uses call: read_document.
local function sound_contact(json)
  local it = decode(json)
  local _ = it.rank + it.created + (it.assigned or 0) + (it.ended or 0) + (it.requeues or 0)
    + (it.asked or 0) + (it.earlier or 0)
  _ = it.profile < (it.agent or '') or (it.outcome or '') < (it.owner or '')
  return it
end

local function read_contact(id, read)
  local contact = (read or read_document)(CONTACT .. id, sound_contact)
  if not contact then return nil end
  contact.id = id
  contact.state = contact.outcome and 'complete' or contact.agent and 'assigned' or 'queued'
  return contact
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
  return answer(contact.agent and served_by(contact.agent, int(contact.assigned or 0)),
    contact.outcome and ended_as(contact.outcome, int(contact.ended or 0)))
end

-- Returns the answer to a repeat: the state of a contact that needed no change.
local function repeated(contact)
  local state = state_of(contact)
  return '{"repeated":true' .. (state == '{}' and '' or ',') .. string.sub(state, 2)
end
