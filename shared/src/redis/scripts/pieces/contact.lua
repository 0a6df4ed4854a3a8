-- What scripts read of a contact. Its attributes are never looked at.
local function read_contact(id)
  local json = call('JSON.GET', contact_key(id), '$.state', '$.profile', '$.priority', '$.asked',
    '$.rank', '$.created', '$.agent', '$.assigned', '$.ended', '$.outcome', '$.requeues')
  if not json then return nil end
  local contact = { id = id }
  for path, values in pairs(cjson.decode(json)) do contact[string.sub(path, 3)] = values[1] end
  return contact
end

-- A contact's state as scripts answer it.
local function state_of(contact)
  return { contact.state, contact.agent or '', contact.assigned or 0, contact.ended or 0,
    contact.outcome or '' }
end
