-- Begins to take a skill from every agent. Contacts that need it keep both the skill and their
-- place.
-- KEYS: meta. ARGV: time, skill. Reply: 1 if agents remain (continue_floor), else 0.
-- Errors: NOSKILL.
if not call('ZSCORE', SKILLS, ARGV[2]) then return refuse('NOSKILL') end
touch(DROPPING)
call('SADD', DROPPING, ARGV[2])
return step_drop_skill() and 1 or 0
