-- Audits the types of keys. A key of a wrong type is put aside; the later steps of the audit
-- rebuild its contents as far as the documents have them.
-- KEYS: meta. ARGV: time, 'repair' or '', the keys without the ACD's prefix..
-- Reply: {{{finding, repaired}..}}.
begin_check()

-- What no document has, by the kind of key.
local LOST = {
  meta = 'whether the ACD was closed cannot be known any more, and it is open',
  counts = 'what was counted cannot be known any more, and begins anew',
  tally = 'the last that was counted, up to 128 changes, cannot be known any more',
  minutes = 'what was counted up to earlier minutes cannot be known any more; figures look back to now',
  events = 'what happened cannot be known any more; numbers go on',
  dropping = 'whether a skill was being taken from all agents cannot be known any more',
  deleted = 'when agents were deleted cannot be known any more: revoke tokens of agents who are gone',
  contact = 'the contact cannot be known any more',
  agent = 'the agent cannot be known any more',
}

for place = 3, #ARGV do
  local rest = ARGV[place]
  local key = ACD .. rest
  local kind = string.match(rest, '^[^:]+')
  local wrong = wrong_type(key)
  if wrong then
    local means = LOST[kind] or 'it is made anew from the documents'
    find(wrong .. ' (it is put aside as ' .. ACD .. 'set-aside:' .. rest .. '; ' .. means .. ')', function()
      touch(key)
      put_aside(key)
    end)
  elseif kind == 'set-aside' then
    find(key .. ' was put aside, as its type was wrong: look at it if it is of use, as --repair deletes it', function()
      touch(key)
      call('DEL', key)
    end)
  end
end
return { found }
