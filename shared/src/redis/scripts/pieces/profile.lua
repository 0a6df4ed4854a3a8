-- A profile is the skills that a contact needs, joined with commas; '*' if it needs none.
local ANY = '*'

-- A hash of few hundred fields is a list that Redis goes through from its beginning for each of
-- them. One name as long as this makes it a table for good, in which a field is found at once.
local LONG = 'a name so long that Redis keeps even a few of these as a table and not in line'

-- Gives the skills of a profile, which are not to be changed. They are kept from call to call: it is
-- mostly the same few hundred that are asked for.
local MOST_TAKEN_APART = 1000
local taken_apart, how_many = {}, 0
local function skills_of(profile)
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
