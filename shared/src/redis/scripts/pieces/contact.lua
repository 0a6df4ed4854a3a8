-- What scripts read of a contact: its whole document, which is at most some 5 KB. Reading the few
-- fields that are needed each by its path takes three times as long.
--
-- A document says nothing twice, as each field is bytes in Redis and time in scripts: the key has
-- the id, the rank the priority, and its agent and outcome tell its state.
local function read_contact(id)
  local json = call('JSON.GET', CONTACT .. id)
  if not json then return nil end
  local contact = cjson.decode(json)
  contact.id = id
  contact.state = contact.outcome and 3 or contact.agent and 2 or 1
  return contact
end

-- A rank is the priority times this, and the tick of arrival.
local BAND = 2 ^ 45

local function priority_of(contact) return math.floor(contact.rank / BAND) end

-- A contact's state as scripts answer it.
local function state_of(contact)
  return { contact.state, contact.agent or '', contact.assigned or 0, contact.ended or 0,
    contact.outcome or '' }
end
