-- Makes a script known by its name: with what all begin and end with, before and behind its own.
local function script(name, flags, of_an_audit, operation)
  local function reading(keys, argv)
    begin(keys, argv)
    anchors, audits = {}, of_an_audit
    return operation()
  end
  local function changing(keys, argv)
    begin(keys, argv)
    anchors, audits = {}, of_an_audit
    begin_change()
    local reply = operation()
    commit()
    return reply
  end
  redis.register_function({
    function_name = name .. '_' .. VERSION,
    callback = flags[1] == 'no-writes' and reading or changing,
    flags = flags,
  })
end
