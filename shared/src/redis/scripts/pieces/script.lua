-- Registers a script under its name, with the common beginning and end around its own code. A
-- script that goes through many subjects and refuses nothing is `guarded` from the start: what it
-- did to earlier subjects stays.
--
-- Uses base: begin, call, guarded, only_reads.
-- Uses commit: begin_change, commit.
-- Uses waiting: anchors.
local function script(name, flags, goes_through_many, operation)
  local function reading(keys, argv)
    begin(keys, argv)
    anchors, only_reads = nil, true
    if goes_through_many then call = guarded end
    return operation()
  end
  local function changing(keys, argv)
    begin(keys, argv)
    anchors, only_reads = nil, false
    if goes_through_many then call = guarded end
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
