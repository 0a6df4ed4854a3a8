"""Compares the whole database with the events.

Reads every key of the ACD. Documents, lists and counts must be exactly what the replayed floor says,
and there must be no other key. Nobody may change the floor meanwhile, but ended contacts may be
forgotten when they are due.
"""

import json
import re
from collections import Counter

from pauses import NEVER

EXPIRE_AFTER = 3_600_000
# How late an ended contact may be forgotten, at most.
TOLERATED = 60_000
PAGE = 1_000


class Audit:
    """One read of the database."""

    def __init__(self, redis, replay, acd="acd"):
        self.redis, self.replay, self.prefix = redis, replay, f"{{{acd}}}:"
        self.complaints = []
        self.states = dict.fromkeys(("queued", "offered", "assigned", "complete"), 0)
        # When it began: contacts due long before must be forgotten. When contacts and
        # deadlines had been read: only contacts due until then may be forgotten.
        self.began = self.time()
        self.read = None

    def run(self):
        """Returns the complaints, and the number of contacts in each state."""
        kinds = self.keys()
        self.contacts(kinds.pop("contact", []))
        self.agents(kinds.pop("agent", []))
        self.lists(kinds)
        self.deadlines()
        self.counts()
        return self.complaints, self.states

    def time(self):
        seconds, micros = self.redis.execute_command("TIME")
        return int(seconds) * 1000 + int(micros) // 1000

    def complain(self, text):
        self.complaints.append(text)

    def same(self, what, found, expected):
        """Adds a complaint for each entry in which two mappings differ."""
        if found == expected:
            return
        for key in sorted(set(found) | set(expected), key=str):
            if found.get(key) != expected.get(key):
                self.complain(f"{what}, {key}: is {found.get(key)}, should be {expected.get(key)}")

    def keys(self):
        """Returns all keys of the ACD, grouped by their first word and without it."""
        kinds = {}
        ours = re.sub(r"([\\*?\[\]])", r"\\\1", self.prefix) + "*"
        for key in self.redis.scan_iter(match=ours, count=5_000):
            kind, _, name = key.removeprefix(self.prefix).partition(":")
            kinds.setdefault(kind, set()).add(name)
        return kinds

    def documents(self, kind, names):
        """Yields each document with the name in its key."""
        names = sorted(names)
        for first in range(0, len(names), PAGE):
            page = names[first : first + PAGE]
            keys = [f"{self.prefix}{kind}:{name}" for name in page]
            for name, text in zip(page, self.redis.execute_command("JSON.MGET", *keys, ".")):
                if text is not None:
                    yield name, json.loads(text)

    # --- documents

    def contacts(self, names):
        replay, seen = self.replay, set()
        for name, found in self.documents("contact", names):
            seen.add(name)
            state = ("complete" if "outcome" in found else "assigned" if "agent" in found
                     else "offered" if "offered_to" in found else "queued")
            self.states[state] += 1
            told = self.live(name) or self.ended(name)
            if told is None:
                self.complain(f"contact {name} exists, but no event created it")
                continue
            self.same(f"contact {name}", {key: found.get(key) for key in told}, told)
            self.taken(name, found)
        self.read = self.time()
        for name in replay.contacts.keys() - seen:
            self.complain(f"contact {name} is lost: it is not over, and not there")
        for name, (_, ended, *_) in replay.over.items():
            due = ended + EXPIRE_AFTER
            if name not in seen and due > self.read:
                self.complain(f"contact {name} is lost: forgotten {due - self.read} ms too early")
            elif name in seen and due + TOLERATED < self.began:
                self.complain(f"contact {name} is stuck: to be forgotten {self.began - due} ms ago")

    def live(self, name):
        contact = self.replay.contacts.get(name)
        return contact and {
            "type": contact.origin.contact_type,
            "profile": contact.profile, "rank": contact.rank, "created": contact.created,
            "agent": contact.agent, "assigned": contact.assigned, "ended": None, "outcome": None,
            "requeues": contact.requeues or None,
            "earlier": contact.earlier if contact.requeues else None,
            "offer": contact.offer[0] if contact.offer else contact.accepted,
            "offered_to": contact.offer and contact.offer[1],
            "offered_until": contact.offer and contact.offer[2],
        }

    def ended(self, name):
        if name not in self.replay.over:
            return None
        outcome, ended, rank, agent, assigned, origin = self.replay.over[name]
        return {"outcome": outcome, "ended": ended, "rank": rank, "agent": agent,
                "assigned": assigned, "type": origin.contact_type, "profile": origin.profile}

    def taken(self, name, found):
        """Checks that a contact took from settings what was set when it arrived."""
        live = self.replay.contacts.get(name)
        origin = live.origin if live else self.replay.over[name][-1]
        taken = found.get("taken", "").split()
        for what, has, was_set in (("skills", origin.profile, origin.set_profile),
                                   ("priority", origin.priority, origin.set_priority)):
            if what in taken and has != was_set:
                self.complain(f"contact {name} took the {what} {has}, but {was_set} was set")

    def agents(self, names):
        agents, seen = self.replay.agents, set()
        for name, found in self.documents("agent", names):
            seen.add(name)
            agent = agents.get(name)
            if agent is None:
                self.complain(f"agent {name} exists, but no event created them")
                continue
            working, until = agent.contact or agent.wrap_up and agent.wrap_up[0], None
            if agent.wrap_up and agent.wrap_up[1] != NEVER:
                until = agent.wrap_up[1]
            elif agent.paused:
                until = agent.penalty
            elif agent.offer:
                until = agent.offered[1]
            there = working or agent.offer or agent.paused or agent.since is not None
            told = {
                "id": name, "contact": working or agent.offer,
                "since": agent.place if agent.offer else agent.since, "until": until,
                "presence": "available" if there else "unavailable",
                "activity": ("busy" if agent.contact else "wrap_up" if agent.wrap_up
                             else "offered" if agent.offer else "penalty" if agent.paused else "idle"),
                "offer": agent.offered[0] if agent.offer else None,
                "misses": agent.misses or None, "penalty": agent.penalty, "rejected": agent.rejected,
                "ready": agent.ready or None, "wrap_up_time": agent.wrap_up_time or None,
                "next": "unavailable" if agent.leaves and working else None,
                "mark": None if there else agent.mark or "chosen",
                "next_mark": agent.mark or "chosen" if agent.leaves and working else None,
                "changed": agent.changed, "handled": agent.handled,
                "handle_time": agent.handle_time,
            }
            self.same(f"agent {name}", {key: found.get(key) for key in told}, told)
            if set(found["skills"]) != agent.skills or len(found["skills"]) != len(agent.skills):
                self.complain(f"agent {name} holds {found['skills']}, should {sorted(agent.skills)}")
        for name in agents.keys() - seen:
            self.complain(f"agent {name} is lost")

    # --- lists

    def zset(self, name):
        pairs = self.redis.execute_command("ZRANGE", self.prefix + name, 0, -1, "WITHSCORES")
        if pairs and isinstance(pairs[0], list):
            pairs = [part for pair in pairs for part in pair]
        scores = ((member, float(score)) for member, score in zip(pairs[::2], pairs[1::2]))
        return {member: score if score == NEVER else int(score) for member, score in scores}

    def hash(self, name):
        found = self.redis.execute_command("HGETALL", self.prefix + name)
        found = found if isinstance(found, dict) else dict(zip(found[::2], found[1::2]))
        # Except for the field whose only purpose is its length.
        return {field: value for field, value in found.items() if not field.startswith("a name so long")}

    def lists(self, kinds):
        replay = self.replay
        waiting, demand = {}, {}
        for name, contact in replay.contacts.items():
            if contact.agent is None and contact.offer is None:
                waiting.setdefault(contact.profile, {})[name] = contact.rank
                for skill in contact.skills:
                    demand[skill] = demand.get(skill, 0) + 1
        available, staffed = {}, {}
        for name, agent in replay.agents.items():
            for skill in agent.skills:
                staffed.setdefault(skill, {})[name] = 0
            if agent.since is not None:
                for skill in agent.skills | {"*"}:
                    available.setdefault(skill, {})[name] = agent.since

        everybody = {name: rank for line in waiting.values() for name, rank in line.items()}
        self.same("the queue", self.zset("queue"), everybody)
        for kind, told in (("waiting", waiting), ("available", available), ("staffed", staffed)):
            found = {name: self.zset(f"{kind}:{name}") for name in kinds.pop(kind, ())}
            for name in found.keys() | told.keys():
                self.same(f"{kind}:{name}", found.get(name, {}), told.get(name, {}))
        self.heads(kinds.pop("heads", ()), waiting)
        self.lines(kinds.pop("idle", ()), kinds.pop("sets", ()))
        self.same("demand", {k: int(v) for k, v in self.hash("demand").items()}, demand)
        self.same("agents", self.zset("agents"), dict.fromkeys(replay.agents, 0))
        self.same("skills", self.zset("skills"), dict.fromkeys(staffed.keys() | demand.keys(), 0))
        away = {name: agent.away for name, agent in replay.agents.items() if agent.away}
        self.same("away", self.zset("away"), away)
        busy = {name: agent.changed for name, agent in replay.agents.items() if agent.contact}
        self.same("busy", self.zset("busy"), busy)
        offered = {name: agent.offered[1] for name, agent in replay.agents.items() if agent.offer}
        self.same("offered", self.zset("offered"), offered)
        wrap_up = {name: agent.wrap_up[1] for name, agent in replay.agents.items() if agent.wrap_up}
        self.same("wrap_up", self.zset("wrap_up"), wrap_up)
        penalty = {name: agent.penalty for name, agent in replay.agents.items() if agent.paused}
        self.same("penalty", self.zset("penalty"), penalty)
        types = {name: json.loads(settings) for name, settings in self.hash("types").items()}
        self.same("types", types, replay.types)
        live = {name: int(count) for name, count in self.hash("live").items()}
        self.same("live contacts of types", live, dict(+replay.live))
        known = {"queue", "demand", "agents", "skills", "busy", "anchors", "deadlines", "events",
                 "meta", "counts", "tally", "minutes", "away", "types", "live",
                 "offered", "wrap_up", "penalty"}
        for kind in kinds.keys() - known:
            self.complain(f"keys of the unknown kind {self.prefix}{kind}")

    def heads(self, names, waiting):
        """Checks that each line is listed once, with its first contact's rank, under one of its skills."""
        anchors, found = self.hash("anchors"), {}
        for name in names:
            for profile, rank in self.zset(f"heads:{name}").items():
                if profile in found:
                    self.complain(f"the line {profile} stands under two skills")
                if anchors.get(profile) != name or name not in (profile.split(",")):
                    self.complain(f"the line {profile} stands under {name}, not its anchor")
                found[profile] = rank
        told = {profile: min(line.values()) for profile, line in waiting.items()}
        self.same("heads", found, told)
        self.same("anchors", dict.fromkeys(anchors, True), dict.fromkeys(told, True))

    def lines(self, names, skills):
        """Checks that idle agents are in the lines of their sets, and that each line is listed under
        each of its skills, with a score that is not greater than that of its first agent."""
        told = {}
        for name, agent in self.replay.agents.items():
            if agent.since is not None and len(agent.skills) > 1:
                told.setdefault(",".join(sorted(agent.skills)), {})[name] = agent.since
        for name in told.keys() | names:
            self.same(f"idle:{name}", self.zset(f"idle:{name}"), told.get(name, {}))
        listed = {skill: self.zset(f"sets:{skill}") for skill in skills}
        for skill, sets in listed.items():
            for name, since in sets.items():
                if skill not in name.split(",") or since > min(told.get(name, {}).values(), default=-1):
                    self.complain(f"the line idle:{name} is listed under {skill} as of {since}")
        for name in told:
            for skill in name.split(","):
                if name not in listed.get(skill, {}):
                    self.complain(f"the line idle:{name} is not listed under {skill}")

    def deadlines(self):
        found, told = self.zset("deadlines"), {}
        now = self.time()
        sweep = found.pop("sweep", None)
        if sweep and sweep + TOLERATED < self.began:
            self.complain(f"the sweep is stuck: due {self.began - sweep} ms ago")
        for name, (_, ended, *_) in self.replay.over.items():
            # What is due may be forgotten during this read.
            if ended + EXPIRE_AFTER > now or f"expire:{name}" in found:
                told[f"expire:{name}"] = ended + EXPIRE_AFTER
        self.same("deadlines", found, told)

    # --- figures

    def counts(self):
        found = Counter({name: int(count) for name, count in self.hash("counts").items()})
        entries = self.redis.execute_command("LRANGE", self.prefix + "tally", 0, -1)
        tally = iter(json.loads("[" + ",".join(entries) + "]"))
        for name, profile, by in zip(tally, tally, tally):
            if isinstance(profile, int):
                found[name + "_going"] += profile
                found[name + "_time"] -= profile * by
                continue
            if profile.startswith(","):
                # A type. What is counted for it is counted for the profile, too.
                found[name + profile] += by
                continue
            found[name] += by
            for skill in profile.split(",") if profile != "*" else ():
                found[f"{name}|{skill}"] += by
        told = {name: count for name, count in self.replay.counts.items() if count}
        self.same("counts", {name: count for name, count in found.items() if count}, told)
        meta = self.hash("meta")
        told = {"event": self.replay.number, "tick": self.replay.tick, "closed": int(self.replay.closed)}
        self.same("meta", {name: int(meta.get(name, 0)) for name in told}, told)
        created, over = self.replay.kinds["contact_created"], len(self.replay.over)
        if created != over + len(self.replay.contacts):
            self.complain(f"{created} created, {over} over, {len(self.replay.contacts)} live")
