-- Continues what set_open or delete_skill began. KEYS: meta. ARGV: time.
-- Reply: 1 if more remains, else 0.
return step_floor() and 1 or 0
