"""What an ACD may do, from its events alone: written from the rules, not from the engine.

The rules: a contact that can be served by a routable agent never waits. So an assignment is made
in the step that makes it possible, and its event follows at once: after `contact_created` and
`contact_requeued` the longest available agent with all the skills gets the contact, after
`agent_available` and `skill_added` the agent gets the best-ranked waiting contact that they can serve.
If nobody fits, no assignment follows. Anything else is a complaint.

A contact may have a type, which exists when the contact arrives and until it is over. What a contact
does not say itself, its type has said, or else the floor.
"""

import heapq
import json
from collections import Counter

from nouns import Agent, Contact, Origin
from pauses import Pauses

BOUNDS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600)
BAND = 2**45
MOST_COMPLAINTS = 200
SHORT_ABANDON_S = 5

class Replay(Pauses):
    """The floor as it follows from the events read so far."""

    def __init__(self):
        super().__init__()
        self.number = 0
        self.contacts = {}
        # Ended contacts: how, since when, with which rank, which agent, since when, and their origin.
        self.over = {}
        self.agents = {}
        # In the order in which they became routable, which is that of `since`.
        self.routable = {}
        self.lines = {}
        self.closed, self.settings = False, {}
        # The settings of each contact type, and how many contacts of it are not over.
        self.types, self.live = {}, Counter()
        # Each origin once, as many contacts share it.
        self.origins = {}
        self.counts = Counter()
        self.kinds = Counter()
        self.complaints = []
        self.tick = 0
        # What the next event must be: the contact and agent that now belong together ...
        self.due = None
        # ... and then the new state of an agent whose contact has ended.
        self.freed = None

    def complain(self, text):
        self.kinds["complaint"] += 1
        if len(self.complaints) < MOST_COMPLAINTS:
            self.complaints.append(f"event {self.number}: {text}")

    def take(self, number, at, text):
        """Replays the next event of the stream."""
        if number != self.number + 1:
            self.complain(f"followed by {number}, a gap")
        self.number = number
        event = json.loads(text)
        kind = event["type"]
        self.kinds[kind] += 1
        due, self.due = self.due, None
        if kind == "contact_assigned" and "offer" not in event:
            self.on_contact_assigned(at, due, **rest(event))
            return
        if kind == "contact_offered":
            self.on_contact_offered(at, due, **rest(event))
            return
        if due:
            contact, agent = due
            self.complain(f"{contact} waits although {agent}, who is available, serves it")
        if self.freed:
            if (kind not in ("agent_available", "agent_unavailable", "agent_wrap_up", "agent_deleted")
                    or event["agent"] != self.freed):
                self.complain(f"{self.freed} was freed and became nothing")
                self.freed = self.wants = None
        if self.after_offer and not self.follows_offer(kind, event):
            self.complain(f"an offer ended, {self.after_offer}, and then came {kind}")
            self.after_offer = None
        if kind == "contact_assigned":
            self.on_contact_assigned(at, None, **rest(event))
            return
        handler = getattr(self, f"on_{kind}", None)
        if handler is None:
            self.complain(f"an event of the unknown kind {kind}")
            return
        try:
            handler(at, **rest(event))
        except KeyError as missing:
            self.complain(f"{kind} of {missing}, who is not there")
        except TypeError as reason:
            self.complain(f"the event {kind} has wrong fields: {reason}")

    # --- the two searches

    def longest_available(self, skills):
        for agent in self.routable:
            if skills <= self.agents[agent].skills:
                return agent
        return None

    def best_waiting(self, skills):
        best = None
        for line in list(self.lines.values()):
            head = self.head(line)
            if head and (best is None or head < best) and self.contacts[head[1]].skills <= skills:
                best = head
        return best[1] if best else None

    def head(self, line):
        """Returns the first of a line; contacts that have left are removed at its head."""
        while line:
            rank, contact = line[0]
            waiting = self.contacts.get(contact)
            if waiting and waiting.agent is None and waiting.offer is None and waiting.rank == rank:
                return line[0]
            heapq.heappop(line)
        return None

    # --- contacts

    def on_contact_created(self, at, contact, profile, rank, contact_type=None):
        if contact in self.contacts or contact in self.over:
            self.complain(f"{contact} was created twice")
        if self.closed:
            self.complain(f"{contact} was created while closed")
        self.ticked(rank % BAND)
        if contact_type is not None and contact_type not in self.types:
            self.complain(f"{contact} is of the type {contact_type}, which does not exist")
        skills, priority = self.set_for(contact_type, "skills"), self.set_for(contact_type, "priority")
        origin = Origin(contact_type, profile, rank // BAND,
                        None if skills is None else profile_of(skills), priority)
        origin = self.origins.setdefault(origin, origin)
        self.contacts[contact] = arrived = Contact(origin, rank, at)
        if contact_type is not None:
            self.live[contact_type] += 1
        self.count(arrived, "created")
        self.seek_agent(contact)

    def match(self, contact, agent, due):
        """Returns a contact and the agent to whom it is given, if they are there."""
        to, by = self.contacts.get(contact), self.agents.get(agent)
        if to is None or by is None:
            self.complain(f"{contact} was given to {agent}; one of them is not there")
            return None, None
        if (contact, agent) != due:
            self.explain(contact, to, agent, by)
        if to.agent:
            # Its former agent no longer has it, as far as the events say.
            self.complain(f"{contact} was given to {agent} while {to.agent} is on it")
        if to.offer:
            self.complain(f"{contact} was given to {agent} while it is offered to {to.offer[1]}")
        if by.contact or by.offer or by.wrap_up:
            self.complain(f"{agent} was given {contact} while on {by.contact or by.offer or by.wrap_up[0]}")
        return to, by

    def on_contact_assigned(self, at, due, contact, agent, wait, offer=None):
        if offer is None:
            to, by = self.match(contact, agent, due)
            if to and self.set_for(to.origin.contact_type, "offer_timeout_s") is not None:
                self.complain(f"{contact} was given to {agent} without an offer")
        else:
            to, by = self.contacts.get(contact), self.agents.get(agent)
            if to and by:
                self.accepted(at, contact, to, agent, by, offer)
        if to is None or by is None:
            return
        to.accepted = offer
        if wait != max(at - to.created, 0):
            self.complain(f"{contact} waited {at - to.created} ms, not {wait}")
        self.rest_no_more(at, agent, by)
        to.agent, to.assigned = agent, at
        by.contact, by.leaves, by.changed = contact, False, at
        self.counts["busy_going"] += 1
        self.counts["busy_time"] -= at
        if to.requeues == 0:
            self.count(to, "assigned_wait", wait)
            bound = next((bound for bound in BOUNDS if wait <= bound * 1000), "later")
            self.count(to, f"assigned_{bound}")

    def explain(self, contact, to, agent, by):
        """Returns what is wrong with an assignment."""
        if not to.skills <= by.skills:
            self.complain(f"{contact} was given to {agent}, who lacks {sorted(to.skills - by.skills)}")
        elif by.since is None:
            self.complain(f"{contact} was given to {agent}, who was not available")
        elif (longest := self.longest_available(to.skills)) != agent:
            self.complain(f"{contact} was given to {agent}, though {longest} is available longer")
        elif (best := self.best_waiting(by.skills)) != contact:
            self.complain(f"{agent} was given {contact}, though {best} is before it")
        else:
            self.complain(f"{contact} was given to {agent} late")

    def on_contact_completed(self, at, contact, outcome, agent=None, disposition=None):
        offered, self.after_offer = self.after_offer, None
        ended = self.contacts.pop(contact)
        self.known_disposition(ended.origin.contact_type, contact, disposition)
        if ended.offer:
            self.complain(f"{contact} ended while it is offered")
        if agent != ended.agent:
            self.complain(f"{contact} ended with {agent}, but {ended.agent} was on it")
        if outcome != "cancelled" and outcome != ("handled" if ended.agent else "abandoned"):
            self.complain(f"{contact} ended {outcome} with {ended.agent} on it")
        self.over[contact] = (outcome, at, ended.rank, ended.agent, ended.assigned, ended.origin)
        self.count(ended, outcome)
        contact_type = ended.origin.contact_type
        if outcome == "abandoned" and ended.requeues:
            self.count(ended, "abandoned_requeued")
        elif outcome == "abandoned":
            short = self.set_for(contact_type, "short_abandon_s", SHORT_ABANDON_S)
            if at - ended.created <= short * 1000:
                self.count(ended, "abandoned_short")
        if contact_type is not None:
            self.live[contact_type] -= 1
        if ended.agent:
            by = self.agents[ended.agent]
            if outcome == "handled":
                time = max(at - ended.assigned, 0)
                self.count(ended, "handle_time", time + ended.earlier)
                by.handled += 1
                by.handle_time += time
            until = self.wrap_up_after(at, ended, by)
            self.leave(at, ended.agent, by)
            self.wants = "next" if until is None else ("wrap_up", contact, until)
        elif offered:
            self.freed, self.wants = offered[2], ("place", offered[3])

    def on_contact_requeued(self, at, contact, agent):
        back = self.contacts[contact]
        if back.agent != agent:
            self.complain(f"{contact} was taken from {agent}, but {back.agent} was on it")
        by = self.agents[agent]
        time = max(at - back.assigned, 0)
        by.handle_time += time
        back.earlier += time
        back.agent = back.assigned = back.accepted = None
        back.requeues += 1
        by.leaves = True
        self.leave(at, agent, by)
        self.seek_agent(contact)

    def on_contact_reprioritised(self, at, contact, priority, rank):
        moved = self.contacts[contact]
        if rank != priority * BAND + moved.rank % BAND:
            self.complain(f"{contact} lost its arrival with the priority")
        moved.rank = rank
        if moved.agent is None and moved.offer is None:
            self.wait_in_line(contact, moved)

    # --- agents

    def on_agent_created(self, at, agent, skills):
        if agent in self.agents:
            self.complain(f"{agent} was created twice")
        self.agents[agent] = Agent(skills, at)
        self.marked(self.agents[agent], "new")

    def on_agent_renamed(self, at, agent):
        self.agents[agent]

    def on_agent_deleted(self, at, agent):
        gone = self.agents[agent]
        if gone.contact:
            self.complain(f"{agent} was deleted while on {gone.contact}")
        self.rest_no_more(at, agent, gone)
        self.freed = self.wants = None
        del self.agents[agent]
        self.went_on()

    def on_agent_available(self, at, agent, since):
        by = self.agents[agent]
        if by.contact or by.offer or by.wrap_up or by.since is not None:
            self.complain(f"{agent} became available and was it or busy already")
        if self.freed == agent and by.leaves:
            self.complain(f"{agent} became available, but chose to stop")
        if self.freed == agent and self.wants[0] == "wrap_up":
            self.complain(f"{agent} became available and should be in wrap-up")
        if by.penalty is not None and by.penalty > at:
            self.complain(f"{agent} became available during their penalty, until {by.penalty}")
        returns = self.returns(agent, since)
        if not returns:
            self.ticked(since)
            if self.freed == agent and self.wants[0] == "place":
                self.complain(f"{agent} lost their place when the contact left")
        self.freed = self.wants = None
        self.responds(by)
        by.since, by.changed, by.leaves = since, at, False
        by.penalty, by.paused = None, False
        self.marked(by, None)
        self.routable[agent] = since
        if returns:
            self.routable = dict(sorted(self.routable.items(), key=lambda entry: entry[1]))
        self.seek_contact(agent, by)
        if not self.due:
            by.idle = at
            self.counts["idle_going"] += 1
            self.counts["idle_time"] -= at

    def on_agent_unavailable(self, at, agent, reason=None, mark=None):
        by = self.agents[agent]
        if mark == "closed" and not self.closed and by.mark != "closed":
            self.complain(f"{agent} was taken off by closing, which it is not")
        self.responds(by)
        self.marked(by, mark)
        if by.contact or by.offer or by.wrap_up:
            self.complain(f"{agent} became unavailable while on {by.contact or by.offer or by.wrap_up[0]}")
        if self.freed == agent and self.wants[0] == "wrap_up":
            self.complain(f"{agent} became unavailable and should be in wrap-up")
        if self.freed != agent:
            self.permitted(agent, reason)
        if self.freed == agent and not by.leaves:
            self.complain(f"{agent} became unavailable and had not chosen it")
        self.freed = self.wants = None
        self.rest_no_more(at, agent, by)
        by.changed, by.leaves, by.paused = at, False, False
        if mark == "not_responding":
            by.penalty = None
        self.went_on()

    def on_agent_next(self, at, agent, presence, reason=None, mark=None):
        by = self.agents[agent]
        # Opening is not what they said.
        opened = by.mark == "closed" and not self.closed
        self.marked(by, mark)
        if not by.contact and not by.wrap_up:
            self.complain(f"{agent} chose what comes next without a contact")
        self.permitted(agent, reason)
        by.leaves = presence == "unavailable"
        if by.contact:
            by.ready = not by.leaves and self.said_available(by) and not opened

    def permitted(self, agent, reason):
        """What was chosen while on a contact comes true later, whatever the list is then."""
        if reason is not None and reason not in self.settings.get("reasons", [reason]):
            self.complain(f"{agent} gave the reason {reason}, which is not on the list")

    def on_skill_added(self, at, agent, skill):
        by = self.agents[agent]
        by.skills.add(skill)
        if by.since is not None:
            self.seek_contact(agent, by)

    def on_skill_removed(self, at, agent, skill):
        self.agents[agent].skills.remove(skill)

    # --- the floor

    def on_acd_opened(self, at):
        self.closed = False

    def on_acd_closed(self, at):
        self.closed = True

    def on_settings_changed(self, at, settings):
        self.settings = settings

    def on_type_changed(self, at, contact_type, settings):
        if self.types.get(contact_type) == settings:
            self.complain(f"the type {contact_type} changed to what it was")
        self.types[contact_type] = settings

    def on_type_deleted(self, at, contact_type):
        if self.live[contact_type]:
            self.complain(f"the type {contact_type} was deleted; {self.live[contact_type]} contacts have it")
        del self.types[contact_type]

    def on_repaired(self, at, agent):
        self.complain(f"the sweep had to mend {agent}")

    # --- parts of the above

    def seek_agent(self, contact):
        """Handles a contact on no list: the next event must give it to the agent that is found."""
        seeking = self.contacts[contact]
        agent = self.longest_available(seeking.skills)
        self.due = (contact, agent) if agent else None
        self.wait_in_line(contact, seeking)

    def seek_contact(self, agent, by):
        contact = self.best_waiting(by.skills)
        self.due = (contact, agent) if contact else None

    def wait_in_line(self, contact, waiting):
        heapq.heappush(self.lines.setdefault(waiting.profile, []), (waiting.rank, contact))

    def marked(self, by, mark):
        by.mark = mark
        by.away = self.number if mark in ("new", "closed") else None

    def leave(self, at, agent, by):
        by.contact, by.ready, self.freed, self.wants = None, False, agent, "next"
        self.counts["busy_going"] -= 1
        self.counts["busy_time"] += at

    def rest_no_more(self, at, agent, by):
        if by.since is None:
            return
        by.since = None
        del self.routable[agent]
        if by.idle is not None:
            self.counts["idle_going"] -= 1
            self.counts["idle_time"] += at
            by.idle = None

    def ticked(self, tick):
        if tick <= self.tick:
            self.complain(f"the tick {tick} came after {self.tick}")
        self.tick = max(self.tick, tick)

    def set_for(self, contact_type, name, default=None):
        """Returns a setting of a contact's type, or else of the floor."""
        of_type = self.types.get(contact_type, {})
        return of_type.get(name, self.settings.get(name, default))

    def ended_contact(self, contact):
        """Returns what counts need of a contact that is over."""
        return Contact(self.over[contact][-1], 0, 0)

    def count(self, contact, name, by=1):
        self.counts[name] += by
        if contact.profile != "*":
            for skill in contact.profile.split(","):
                self.counts[f"{name}|{skill}"] += by
        if contact.origin.contact_type is not None:
            self.counts[f"{name},{contact.origin.contact_type}"] += by


def profile_of(skills):
    return ",".join(sorted(skills, key=str.encode)) or "*"


def rest(event):
    del event["type"]
    return event
