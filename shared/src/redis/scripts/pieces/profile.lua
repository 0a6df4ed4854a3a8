-- A profile is the skills that a contact needs, joined with commas; '*' if it needs none.
local ANY = '*'

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

