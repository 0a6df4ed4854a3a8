-- A profile is the skills that a contact needs, joined with commas; '*' if it needs none.
local ANY = '*'

-- A hash of few hundred fields is a list that Redis goes through from its beginning for each of
-- them. One name as long as this makes it a table for good, in which a field is found at once.
local LONG = 'a name so long that Redis keeps even a few of these as a table and not in line'

-- Gives the skills of a profile. Those of the last are kept: it is mostly the same that is asked for.
local taken_apart, its_skills
local function skills_of(profile)
  if profile ~= taken_apart then
    taken_apart, its_skills = profile, {}
    if profile ~= ANY then
      for skill in string.gmatch(profile, '[^,]+') do its_skills[#its_skills + 1] = skill end
    end
  end
  return its_skills
end
