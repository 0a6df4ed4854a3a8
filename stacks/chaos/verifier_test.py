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
import time
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
     "dequeue(work.id, work.profile)\n    hand(work, agent, since)",
     "hand(work, agent, since)", "while agent"),
    ("an agent is given a contact and stays listed", "pieces/available.lua",
     "if not agent.since then return end", "do return end", "while on"),
    ("a contact is on no list", "pieces/waiting.lua",
     "if run('ZADD', QUEUE, rank, id) ~= 1 then call('ZADD', QUEUE, rank, id) end", "", "the queue"),
    ("a finished contact is forgotten at once", "end_contact.lua",
     "if contact.state == 'queued' then dequeue", "call('DEL', key)\nif contact.state == 'queued' then dequeue", "is lost"),
    ("a finished contact is never forgotten", "end_contact.lua",
     "if run('ZADD', DEADLINES, expires, deadline) ~= 1 then call('ZADD', DEADLINES, expires, deadline) end", "",
     "deadlines"),
    ("an agent stays busy without a contact", "pieces/route.lua",
     "if run('ZREM', BUSY, agent.id) ~= 1 then call('ZREM', BUSY, agent.id) end", "", "busy"),
    ("an agent is freed without an event", "end_contact.lua",
     "    free(agent, work)", "", "was freed and became nothing"),
    ("events are numbered by two", "pieces/write.lua",
     "last_event = last_event + 1", "last_event = last_event + 2", "a gap"),
    ("an event is not written", "end_contact.lua",
     "emit('{\"type\":\"contact_completed\"", "tostring('", "busy already"),
    ("not everybody is counted", "create_contact.lua",
     "count(contact, 'created', '1')", "", "counts"),
    ("what is set for short abandonments has no effect", "end_contact.lua",
     "(tonumber(set_for(contact, 'short_abandon_s')) or FIXED.SHORT_ABANDON)", "FIXED.SHORT_ABANDON",
     "counts, abandoned_short"),
    ("a type's own time for short abandonments has no effect", "end_contact.lua",
     "set_for(contact, 'short_abandon_s')", "settings.short_abandon_s", "counts, abandoned_short,call"),
    ("a contact gets a type that does not exist", "create_contact.lua",
     "if not settings_of_type(contact.type) then", "if false then", "which does not exist"),
    ("a type is deleted while contacts have it", "delete_type.lua",
     "if call('HEXISTS', LIVE, name) == 1 then return refuse('TYPEINUSE') end", "", "contacts have it"),
    ("a contact takes the floor's skills instead of its type's", "create_contact.lua",
     "set_for(contact, 'skills')", "settings.skills", "took the skills"),
    ("a contact takes the floor's priority instead of its type's", "create_contact.lua",
     "set_for(contact, 'priority')", "settings.priority", "took the priority"),
    ("a contact is not counted for its type", "pieces/count.lua",
     "if contact.type then tally", "if false then tally", "counts, created,chat"),
    ("a contact that is over stays among those of its type", "end_contact.lua",
     "end_of_type(contact)\n", "\n", "live contacts of types"),
    ("a reason that is not on the list is taken", "set_presence.lua",
     "if not listed then", "if false then", "which is not on the list"),
    ("a wait is counted under the wrong bound", "pieces/count.lua",
     "wait <= WAIT_BOUNDS[i] * 1000", "wait <= WAIT_BOUNDS[i] * 0", "counts"),
    ("a repeat creates it again", "create_contact.lua",
     "run('JSON.SET', key, '$', document, 'NX')", "run('JSON.SET', key, '$', document)", "created twice"),
    ("a requeued agent is available again", "requeue_contact.lua",
     "make_unavailable(agent, nil, 'requeued')", "make_available(agent, nil)", "chose to stop"),
    ("who comes back when the ACD opens is not noted", "pieces/agent.lua",
     "call('ZADD', AWAY, int(last_event), agent.id)", "", "away"),
    ("a priority takes the place in the queue along", "set_priority.lua",
     "contact.rank % BAND", "next_tick()", "lost its arrival"),
]


BROKEN += [
    ("an accept after the deadline wins", "pieces/offer.lua",
     " and now_ms < contact.offered_until", "", "after its time"),
    ("a miss forgets the rank", "pieces/route.lua", "Offer.finish(contact, 'missed')",
     "Offer.finish(contact, 'missed')\n  contact.rank = contact.rank + 1", "the queue"),
    ("a penalty is not kept", "pieces/route.lua",
     "if agent.penalty > now_ms then return Offer.pause(agent, agent.penalty) end", "", "during their penalty"),
    ("a penalty is too short", "pieces/offer.lua",
     "or FIXED.PENALTY_AFTER_OFFER) * 1000", "or FIXED.PENALTY_AFTER_OFFER) * 10", "the penalty of"),
    ("nobody ever is not responding", "pieces/route.lua",
     "if misses < (", "if misses < 1000 * (", "an offer ended"),
    ("an agent loses their place when the contact leaves", "end_contact.lua",
     "make_available(agent, work, agent.place)", "make_available(agent, work)", "lost their place"),
    ("an offer has the number of another event", "pieces/route.lua",
     "int(last_event + 1)", "int(last_event)", "has the number"),
    ("a contact is assigned that should be offered", "pieces/route.lua",
     "local ends, state = pauses and Offer.ends_at(contact), nil", "local ends, state", "without an offer"),
    ("an agent keeps what was withdrawn", "pieces/route.lua",
     "  make_unavailable(agent, reason, mark)\n  seat(contact, other, rest)", "  seat(contact, other, rest)",
     "an offer ended"),
    ("an accept does not clear the misses", "accept_offer.lua",
     "if agent.misses then", "if false then", "an offer ended"),
    ("an offered contact is not on the list of those that end", "pieces/offer.lua",
     "call('ZADD', OFFERED, ends, agent.id)", "", "offered"),
    ("a wrap-up is too short", "pieces/wrap_up.lua",
     "now_ms + seconds * 1000 or nil", "now_ms + seconds * 10 or nil", "it should be"),
    ("nobody is in wrap-up", "end_contact.lua",
     "local wraps = pauses and agent and served and WrapUp.ends_at(contact)", "local wraps", "should be in wrap-up"),
    ("a wrap-up is not extended from its end", "wrap_up.lua",
     "WrapUp.extend(agent, ends + ", "WrapUp.extend(agent, ends - ", "was extended to"),
    ("the time of a wrap-up is not counted", "pieces/wrap_up.lua",
     "count(contact, 'wrap_up_time', int(time))", "", "counts, wrap_up_time"),
    ("a wrap-up ends early", "run_due.lua",
     "call('ZRANGEBYSCORE', WRAP_UP, '-inf', now_ms,", "call('ZRANGEBYSCORE', WRAP_UP, '-inf', now_ms + 9000,",
     "ended before its time"),
    ("saying available does not end a manual wrap-up", "end_contact.lua",
     "if wraps == math.huge and agent.ready then wraps = nil end", "", "it should be"),
    ("a disposition that is not on the list is taken", "pieces/wrap_up.lua",
     "if name == disposition then", "if true then", "which is not on the list"),
]


class Store:
    """Returns the scripts with one piece of text changed."""

    def __init__(self, redis, file=None, text="", other=""):
        self.redis, self.changed = redis, 0
        # How far the session's clock is ahead, in seconds; the settings as they are stored.
        self.ahead, self.settings = 0, ""
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
        time = ""
        if self.ahead:
            seconds, micros = self.redis.execute_command("TIME")
            time = (int(seconds) + self.ahead) * 1_000_000 + int(micros)
        return self.redis.execute_command("FCALL", f"{name}_changed", len(keys), *keys, time, *arguments)

    def set(self, **settings):
        text = json.dumps(settings)
        self.call("change_settings", None, self.settings, text)
        self.settings = text

    def pass_time(self, seconds):
        """Lets time pass and carries out what is due."""
        self.ahead += seconds
        self.call("run_due", None)

    def document(self, kind, name):
        return json.loads(self.redis.execute_command("JSON.GET", f"{{acd}}:{kind}:{name}"))

    def reply(self, name, how, *more):
        """Accepts or rejects the offer of a contact."""
        found = self.document("contact", name)
        self.call(f"{how}_offer", f"contact:{name}", name, found["offered_to"], found["offer"], *more)

    def agent(self, name, skills):
        document = json.dumps({"id": name, "fname": "Ann", "lname": "B", "skills": skills})[:-1]
        self.call("create_agent", f"agent:{name}", name, document, *skills)

    def presence(self, name, presence, reason=""):
        self.call("set_presence", f"agent:{name}", name, presence, reason)

    def contact(self, skills, priority=5, name=None, kind=None):
        """`None` as skills and '' as priority are left to the contact's type."""
        name = name or str(uuid.UUID(int=random.getrandbits(128)))
        document, profile = {}, ""
        if skills is not None:
            document["profile"] = profile = ",".join(sorted(skills)) or "*"
        owner_and_type = []
        if kind:
            document["type"] = kind
            owner_and_type = ["", kind]
        document = json.dumps(document)[:-1]
        self.call("create_contact", f"contact:{name}", name, profile, priority, document, *owner_and_type)
        return name

    def type(self, name, **settings):
        self.call("set_type", None, name, json.dumps(settings), 500)

    def refused(self, code, act, *arguments, **named):
        """Does what must be refused with that code. A changed store may accept it."""
        try:
            act(*arguments, **named)
        except Exception as refused:
            if code not in str(refused):
                raise

    def agent_of(self, name):
        """Returns the agent who is on a contact."""
        return json.loads(self.redis.execute_command("JSON.GET", f"{{acd}}:contact:{name}")).get("agent")

    def end(self, name, how="complete", disposition=""):
        fields = f',"disposition":"{disposition}"' if disposition else ""
        self.call("end_contact", f"contact:{name}", name, how, fields, disposition)


def play(store):
    """Plays a session in which every rule matters; the same each time."""
    random.seed(7)
    for number in range(6):
        store.agent(f"agent:{number}", [SKILLS[number % 3], SKILLS[(number + 1) % 3]])
        store.presence(f"agent:{number}", "available")
    store.type("chat", skills=["French", "Billing"], priority=2)
    store.type("call", short_abandon_s=3600)
    store.type("fax")
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
            store.set(reasons=["break"], short_abandon_s=0, skills=["English"], priority=4)
        if turn == 30:
            store.refused("NOREASON", store.presence, "agent:1", "unavailable", "coffee")
        if turn % 3 == 1:
            kind, priority = ("chat", "") if turn % 2 else ("call", 5)
            live.append(store.contact(None if turn > 20 else ["English"], priority, kind=kind))
        if turn == 50:
            fax = store.contact(["Billing"], kind="fax")
            store.refused("TYPEINUSE", store.call, "delete_type", None, "fax")
            store.end(fax)
            # Nobody holds the skill, so it leaves while it waits: late for the floor, not for its type.
            call = store.contact(["German"], kind="call")
            time.sleep(0.01)
            store.end(call)
            store.refused("NOTYPE", store.call, "delete_type", None, "fax")
            store.refused("NOTYPE", store.contact, ["Billing"], kind="fax")
        if turn == 60:
            store.type("chat", skills=[], priority=7)
        if turn == 40:
            store.agent("agent:8", ["English"])
            store.call("set_open", None, "closed")
            store.call("set_open", None, "open")
        most = random.choice([3, 12])
        while len(live) > most:
            store.end(live.pop(random.randrange(len(live))), random.choice(["complete"] * 4 + ["cancel"]))
    store.contact(["German"])
    store.agent("agent:9", ["English"])


def play_offers(store):
    """Goes on with offers and wrap-up."""
    offers = {"offer_timeout_s": 20, "dispositions": ["sold"]}
    store.set(**offers, wrap_up={"mode": "timed", "seconds": 30})
    for number in range(6):
        store.presence(f"agent:{number}", "available")
    for turn in range(60):
        if turn == 30:
            store.set(**offers, wrap_up={"mode": "manual"}, max_misses=1, penalty_s=2)
        name = store.contact(random.choice([[], ["English"], ["Billing"], ["French", "Billing"]]),
                             random.choice([1, 5, 5]))
        agent = store.document("contact", name).get("offered_to")
        if agent is None:
            store.pass_time(5)
            for number in range(6):
                store.presence(f"agent:{number}", "available")
            agent = store.document("contact", name).get("offered_to")
        if agent is None:
            store.end(name)
            continue
        what = turn % 8
        if what == 0:
            store.reply(name, "reject", "lunch")
        elif what == 1:
            store.ahead += 20
            store.refused("STALEOFFER", store.reply, name, "accept")
            store.pass_time(0)
        elif what == 2:
            store.presence(agent, "unavailable")
        elif what == 3:
            store.end(name, random.choice(["complete", "cancel"]))
            continue
        elif what == 4:
            store.call("set_priority", f"contact:{name}", name, 2)
        if store.document("contact", name).get("offered_to"):
            store.reply(name, "accept")
        if found := store.agent_of(name):
            if turn % 3 == 0:
                store.presence(found, "available")
            if turn % 5 == 0:
                store.presence(found, "unavailable")
            store.refused("NODISPOSITION", store.end, name, disposition="lost")
            if "outcome" not in store.document("contact", name):
                store.end(name, "cancel" if turn % 6 == 5 else "complete", random.choice(["", "sold"]))
            if store.document("agent", found)["activity"] == "wrap_up":
                key = f"agent:{found}"
                if turn % 4 == 0 and turn < 30:
                    store.call("wrap_up", key, found, 60)
                if turn % 2 == 0:
                    store.call("wrap_up", key, found, "")
        else:
            store.end(name)
        store.pass_time(25)
    store.pass_time(200)
    # A penalty is still open, and the contact waits that was missed.
    store.set(**offers)
    store.agent("agent:7", ["German"])
    store.presence("agent:7", "available")
    store.pass_time(20)
    store.presence("agent:7", "unavailable")
    store.presence("agent:7", "available")


def examine(redis, ledger, *change):
    """Plays on the store with that change; returns the verifier's complaints."""
    from verifier import Verifier
    redis.cli.flushall()
    store = Store(redis.cli, *change)
    if change and store.changed == 0:
        return [f"the text is not in {change[0]} any more: this test is out of date"]
    try:
        play(store)
        play_offers(store)
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
