-- What scripts read of a contact: its whole document, which is at most some 5 KB. Reading the few
-- fields that are needed each by its path takes three times as long.
--
-- A document says nothing twice, as each field is bytes in Redis and time in scripts: the key has
-- the id, the rank the priority, and its agent and outcome tell its state.
-- What scripts reckon with and write elsewhere must be there: adding and comparing it shows that, at
-- a tenth of what asking for types takes.
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

local function read_contact(id)
  local contact = read_document(CONTACT .. id, sound_contact)
  if not contact then return nil end
  contact.id = id
  contact.state = contact.outcome and 'complete' or contact.agent and 'assigned' or 'queued'
  return contact
end

local function priority_of(contact) return math.floor(contact.rank / BAND) end

-- What a document says of a contact's state.
local function served_by(agent, assigned)
  return '"agent":"' .. (in_json_of[agent] or in_json(agent)) .. '","assigned":' .. assigned
end
local function ended_as(outcome, ended) return '"ended":' .. ended .. ',"outcome":"' .. outcome .. '"' end

-- What scripts answer of a contact: the same, in braces.
local function answer(served, over)
  if not over then return served and '{' .. served .. '}' or '{}' end
  return '{' .. (served and served .. ',' or '') .. over .. '}'
end

local function state_of(contact)
  return answer(contact.agent and served_by(contact.agent, int(contact.assigned or 0)),
    contact.outcome and ended_as(contact.outcome, int(contact.ended or 0)))
end

-- The same of a contact with which was done before what is asked for.
local function repeated(contact)
  local state = state_of(contact)
  return '{"repeated":true' .. (state == '{}' and '' or ',') .. string.sub(state, 2)
end
