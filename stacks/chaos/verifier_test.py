#!/usr/bin/env python3
"""Breaks the store on purpose, and checks that the verifier reports it.

Usage: stacks/chaos/verifier_test.py

The store is its scripts, as `switchboard-engine redis-functions` prints them, on a Redis of its own;
the engine must be built. They play a short session many times: once unchanged, where the verifier
must not complain, and then each time with one line changed, where it must name what is wrong. A
verifier that cannot fail proves nothing.
"""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCRIPTS = ROOT / "shared/src/redis/scripts"
ENGINE = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug/switchboard-engine"

from need import need_client  # noqa: E402

SKILLS = ["English", "French", "Billing"]

# What is broken: the file, the text in it, its replacement, and a word that one of the complaints must
# contain.
BROKEN = [
    ("the shortest available agent gets it", "pieces/available.lua",
     "call('ZRANGE', AVAILABLE .. (skills[1] or ANY), '0', '0')[1]",
     "call('ZRANGE', AVAILABLE .. (skills[1] or ANY), '-1', '-1')[1]", "is available longer"),
    ("an agent gets the last in line", "pieces/route.lua",
     "call('ZRANGE', WAITING .. profile, '0', '0')[1]",
     "call('ZRANGE', WAITING .. profile, '-1', '-1')[1]", "is before it"),
    ("an agent gets what they lack the skills for", "pieces/waiting.lua",
     "if not held[skills[i]] then return false end", "", "who lacks"),
    ("who arrives waits though they could be served", "pieces/route.lua",
     "local found, set, rest = longest_available(skills)", "local found, set, rest", "serves it"),
    ("who is last in a line of idle agents gets it", "pieces/idle.lua",
     "local first = call('ZRANGE', IDLE .. set, '0', '0', 'WITHSCORES')\n      local id",
     "local first = call('ZRANGE', IDLE .. set, '-1', '-1', 'WITHSCORES')\n      local id",
     "is available longer"),
    ("an agent is given a contact and stays in a line", "pieces/idle.lua",
     "if run('ZREM', line, agent.id) ~= 1 then call('ZREM', line, agent.id) end", "", "idle:"),
    ("a line is not listed", "pieces/idle.lua",
     "call('ZADD', SETS .. skills[i], 'LT', since, set)", "tostring(set)", "is not listed under"),
    ("who becomes available gets nothing", "set_presence.lua",
     "local work = work_for(agent.skills)", "local work = nil", "serves it"),
    ("a contact is given and stays in line", "pieces/route.lua",
     "dequeue(work.id, work.profile)\n    assign(work, agent)",
     "assign(work, agent)", "while agent"),
    ("an agent is given a contact and stays listed", "pieces/available.lua",
     "if not agent.since then return end", "do return end", "while on"),
    ("a contact is on no list", "pieces/waiting.lua",
     "if run('ZADD', QUEUE, rank, id) ~= 1 then call('ZADD', QUEUE, rank, id) end", "", "the queue"),
    ("a finished contact is forgotten at once", "end_contact.lua",
     "if not served then dequeue", "call('DEL', key)\nif not served then dequeue", "is lost"),
    ("a finished contact is never forgotten", "end_contact.lua",
     "if run('ZADD', DEADLINES, expires, deadline) ~= 1 then call('ZADD', DEADLINES, expires, deadline) end", "",
     "deadlines"),
    ("an agent stays busy without a contact", "pieces/route.lua",
     "if run('ZREM', BUSY, agent.id) ~= 1 then call('ZREM', BUSY, agent.id) end", "", "busy"),
    ("an agent is freed without an event", "end_contact.lua",
     "  free(agent, work)", "", "was freed and became nothing"),
    ("events are numbered by two", "pieces/write.lua",
     "last_event = last_event + 1", "last_event = last_event + 2", "a gap"),
    ("an event is not written", "end_contact.lua",
     "emit('{\"type\":\"contact_completed\"", "tostring('", "busy already"),
    ("not everybody is counted", "create_contact.lua",
     "count(profile, 'created', '1')", "", "counts"),
    ("what is set for short abandonments has no effect", "end_contact.lua",
     "(tonumber(settings.short_abandon_s) or SHORT_ABANDON)", "SHORT_ABANDON", "counts, abandoned_short"),
    ("a reason that is not on the list is taken", "set_presence.lua",
     "if not listed then", "if false then", "which is not on the list"),
    ("a wait is counted under the wrong bound", "pieces/count.lua",
     "wait <= WAIT_BOUNDS[i] * 1000", "wait <= WAIT_BOUNDS[i] * 0", "counts"),
    ("a repeat creates it again", "create_contact.lua",
     "run('JSON.SET', key, '$', document, 'NX')", "run('JSON.SET', key, '$', document)", "created twice"),
    ("a requeued agent is available again", "requeue_contact.lua",
     "make_unavailable(agent, nil, 'requeued')", "make_available(agent, nil)", "chose to stop"),
    ("who comes back when the ACD opens is not noted", "pieces/route.lua",
     "call('ZADD', AWAY, int(last_event), agent.id)", "", "away"),
    ("a priority takes the place in the queue along", "set_priority.lua",
     "contact.rank % BAND", "next_tick()", "lost its arrival"),
]


class Store:
    """Returns the scripts with one piece of text changed."""

    def __init__(self, redis, file=None, text="", other=""):
        self.redis, self.changed = redis, 0
        library = subprocess.run([ENGINE, "redis-functions"], check=True, capture_output=True, text=True).stdout
        version = re.search(r"switchboard_(\w+)", library)[1]
        library = library.replace(f"switchboard_{version}", "changed").replace(f"'{version}'", "'changed'")
        if file:
            own = (SCRIPTS / file).read_text()
            assert library.count(own) == 1, f"the engine holds another {file}: cargo build -p engine"
            self.changed += text in own
            library = library.replace(own, own.replace(text, other, 1))
        self.redis.execute_command("FUNCTION", "LOAD", "REPLACE", library)

    def call(self, name, key, *arguments):
        keys = ["{acd}:meta"] + ([f"{{acd}}:{key}"] if key else [])
        return self.redis.execute_command("FCALL", f"{name}_changed", len(keys), *keys, "", *arguments)

    def agent(self, name, skills):
        document = json.dumps({"id": name, "fname": "Ann", "lname": "B", "skills": skills})[:-1]
        self.call("create_agent", f"agent:{name}", name, document, *skills)

    def presence(self, name, presence, reason=""):
        self.call("set_presence", f"agent:{name}", name, presence, reason)

    def contact(self, skills, priority=5, name=None):
        name = name or str(uuid.UUID(int=random.getrandbits(128)))
        profile = ",".join(sorted(skills)) or "*"
        document = json.dumps({"profile": profile})[:-1]
        self.call("create_contact", f"contact:{name}", name, profile, priority, document)
        return name

    def agent_of(self, name):
        """Returns the agent who is on a contact."""
        return json.loads(self.redis.execute_command("JSON.GET", f"{{acd}}:contact:{name}")).get("agent")

    def end(self, name, how="complete"):
        self.call("end_contact", f"contact:{name}", name, how)


def play(store):
    """Plays a session in which every rule matters; the same each time."""
    random.seed(7)
    for number in range(6):
        store.agent(f"agent:{number}", [SKILLS[number % 3], SKILLS[(number + 1) % 3]])
        store.presence(f"agent:{number}", "available")
    live = []
    for turn in range(80):
        name = store.contact(random.choice([[], ["English"], ["Billing"], ["French", "Billing"]]),
                             random.choice([1, 5, 5]))
        live.append(name)
        if turn % 10 == 0:
            live.append(store.contact([], 3))
            store.contact([], 3, live[-1])
        if turn % 4 == 0 and (agent := store.agent_of(live[0])):
            store.call("requeue_contact", f"contact:{live[0]}", live[0], agent)
            store.presence(agent, "available")
        if turn % 7 == 0:
            store.call("set_priority", f"contact:{name}", name, random.randrange(9))
        if turn % 9 == 0:
            who = f"agent:{random.randrange(6)}"
            store.presence(who, "unavailable", "break")
            store.call("add_skill", f"agent:{who}", who, "English", 64)
            store.presence(who, "available")
        if turn == 20:
            store.call("change_settings", None, "", '{"reasons":["break"],"short_abandon_s":0}')
        if turn == 30:
            try:
                store.presence("agent:1", "unavailable", "coffee")
            except Exception as refused:
                if "NOREASON" not in str(refused):
                    raise
        if turn == 40:
            store.agent("agent:8", ["English"])
            store.call("set_open", None, "closed")
            store.call("set_open", None, "open")
        most = random.choice([3, 12])
        while len(live) > most:
            store.end(live.pop(random.randrange(len(live))), random.choice(["complete"] * 4 + ["cancel"]))
    store.agent("agent:9", ["English"])


def examine(redis, ledger, *change):
    """Plays on the store with that change; returns the verifier's complaints."""
    from verifier import Verifier
    redis.cli.flushall()
    store = Store(redis.cli, *change)
    if change and store.changed == 0:
        return [f"the text is not in {change[0]} any more: this test is out of date"]
    try:
        play(store)
    except Exception as reason:  # A broken script may refuse the next call.
        if not change:
            raise
        print(f"      the session ended early: {str(reason)[:90]}")
    verifier = Verifier(redis.url)
    return verifier.verify(ledger) + verifier.lost


def main():
    if not need_client():
        return 0
    from floor import Floor
    failed = 0

    def tell(good, what, said):
        nonlocal failed
        failed += not good
        print(f"{'ok    ' if good else 'FAILED'} {what}: {said}", flush=True)

    with tempfile.TemporaryDirectory(prefix="switchboard-chaos.") as folder:
        floor = Floor(Path(folder), 6780, 0, 0, 0, None)
        ledger = Path(folder) / "ledger"
        try:
            redis = floor.start_redis("redis", "--appendonly", "no")
            ledger.write_text("")
            found = examine(redis, ledger)
            tell(not found, "the store as it is", found[:3] or "nothing to complain of")
            ledger.write_text(f"created\t{uuid.uuid4()}\t0\t0\t0\n")
            found = examine(redis, ledger)
            tell(len(found) == 1 and "lost" in found[0], "one that was acknowledged is not there", found[:1])
            ledger.write_text("")
            for what, file, text, other, word in BROKEN:
                found = examine(redis, ledger, file, text, other)
                named = [complaint for complaint in found if word in complaint]
                tell(bool(named), what, named[0] if named else f"no {word!r} in {found[:3]}")
        finally:
            floor.stop()
    print(f"{len(BROKEN) + 2 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
