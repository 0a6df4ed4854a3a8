-- A profile is the skills that a contact needs, joined with commas; '*' if it needs none.
local ANY = '*'

local function skills_of(profile)
  local skills = {}
  if profile ~= ANY then
    for skill in string.gmatch(profile, '[^,]+') do skills[#skills + 1] = skill end
  end
  return skills
end

local function staffed_key(skill) return ACD .. 'staffed:' .. skill end
