-- A profile is the skills that a contact needs, joined with commas; '*' if it needs none.
local ANY = '*'

-- A hash of few hundred fields is a list that Redis goes through from its beginning for each of
-- them. One name as long as this makes it a table for good, in which a field is found at once.
local LONG = 'a name so long that Redis keeps even a few of these as a table and not in line'

-- The skills of the profiles that a script meets, each taken apart once.
local apart = {}
local function skills_of(profile)
  local skills = apart[profile]
  if not skills then
    skills = {}
    if profile ~= ANY then
      for skill in string.gmatch(profile, '[^,]+') do skills[#skills + 1] = skill end
    end
    apart[profile] = skills
  end
  return skills
end

