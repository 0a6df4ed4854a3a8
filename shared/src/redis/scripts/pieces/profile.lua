-- A profile is the skills that a contact needs, joined by commas; '*' if it needs none.
local ANY = '*'

-- Redis stores a small hash as a list and searches it from the start. One field name of this length
-- converts it to a hash table for good, in which lookups are fast.
local LONG = 'a name so long that Redis keeps even a few of these as a table and not in line'

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
