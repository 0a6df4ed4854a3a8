-- A profile is the skills that a contact needs, joined by commas; '*' if it needs none.
local ANY = '*'

-- Redis stores a small hash as a list and searches it from the start. One field name of this length
-- converts it to a hash table for good, in which lookups are fast.
local LONG = 'a name so long that Redis keeps even a few of these as a table and not in line'

-- Returns the profile of these skills, and the skills in the order given, joined by commas, if that is
-- another. They are put in the order of their bytes, which is not the server's order of text.
local profile_of
do
  local function is_before(one, other)
    for i = 1, math.min(#one, #other) do
      local a, b = string.byte(one, i), string.byte(other, i)
      if a ~= b then return a < b end
    end
    return #one < #other
  end
  profile_of = function(skills)
    if #skills == 0 then return ANY end
    local sorted = { unpack(skills) }
    table.sort(sorted, is_before)
    local profile, asked = table.concat(sorted, ','), table.concat(skills, ',')
    return profile, asked ~= profile and asked or nil
  end
end

-- Returns the skills of a profile. Do not modify them. They are cached between calls, since the
-- same few hundred profiles are used most of the time.
local skills_of
do
  local MOST_TAKEN_APART = 1000
  local taken_apart, how_many = {}, 0
  skills_of = function(profile)
    local skills = taken_apart[profile]
    if skills then return skills end
    skills = {}
    if profile ~= ANY then
      for skill in string.gmatch(profile, '[^,]+') do skills[#skills + 1] = skill end
    end
    if how_many == MOST_TAKEN_APART then taken_apart, how_many = {}, 0 end
    taken_apart[profile], how_many = skills, how_many + 1
    return skills
  end
end
