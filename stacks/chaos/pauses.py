"""Offers, penalties and wrap-up, as they follow from the events.

The rules: with a timeout set a match is an offer, whose number is that of its event. Its agent accepts
it before its time, or it ends: then the next event says what became of the agent, and the contact
goes on as one that arrives, at its own rank. Who rejects or misses is on penalty and not routable
until it is over; who misses too many in a row is not responding. An offer that the contact leaves
gives the agent their place back. After a contact that an agent was on comes the wrap-up that is set.
"""

MAX_MISSES = 2
PENALTY_S = 5
NEVER = float("inf")

COUNTED = {"rejected": "rejected", "missed": "missed", "withdrawn": "withdrawn",
           "abandoned": "abandoned_while_offered"}


class Pauses:
    """The part of a replay that handles what agents do between contacts."""

    def __init__(self):
        # How an offer ended in the last event, with its contact, its agent and their place.
        self.after_offer = None
        # What an agent must become who was freed: 'next', the place they had, or the end of their
        # wrap-up.
        self.wants = None

    # --- offers

    def on_contact_offered(self, at, due, contact, agent, offer, until):
        to, by = self.match(contact, agent, due)
        if to is None:
            return
        timeout = self.set_for(to.origin.contact_type, "offer_timeout_s")
        if timeout is None:
            self.complain(f"{contact} was offered, and contacts are not")
        elif until != at + timeout * 1000:
            self.complain(f"{contact} was offered until {until}, not {at + timeout * 1000}")
        if offer != self.number:
            self.complain(f"the offer of {contact} has the number {offer}")
        by.place = by.since
        self.rest_no_more(at, agent, by)
        to.offer = (offer, agent, until)
        by.offer, by.offered, by.changed = contact, (offer, until), at
        self.count(to, "offers")

    def accepted(self, at, contact, to, agent, by, offer):
        """Handles the end of the offer by which a contact is assigned."""
        if to.offer is None or to.offer[:2] != (offer, agent):
            self.complain(f"{agent} accepted the offer {offer} of {contact}, which is not open")
        elif at >= to.offer[2]:
            self.complain(f"{agent} accepted the offer of {contact} after its time")
        to.offer = by.offer = by.place = None
        by.misses = 0
        self.count(to, "accepted")

    def on_offer_ended(self, at, contact, agent, offer, how, reason=None):
        to, by = self.contacts[contact], self.agents[agent]
        if to.offer is None or to.offer[:2] != (offer, agent):
            self.complain(f"the offer {offer} of {contact} to {agent} ended and was not open")
            return
        until = to.offer[2]
        if how == "missed" and at < until:
            self.complain(f"the offer of {contact} was missed before its time")
        if how == "rejected" and at >= until:
            self.complain(f"the offer of {contact} was rejected after its time")
        self.count(to, COUNTED[how])
        self.after_offer = (how, contact, agent, by.place)
        to.offer = by.offer = by.place = None
        if how == "missed":
            by.misses += 1
        if how == "rejected":
            by.rejected = offer

    def follows_offer(self, kind, event):
        """Returns whether an event may follow the end of an offer."""
        how, contact, agent, _ = self.after_offer
        of_agent, of_contact = event.get("agent") == agent, event.get("contact") == contact
        if how == "abandoned":
            return kind == "contact_completed" and of_contact and event["outcome"] == "abandoned"
        if how == "withdrawn":
            return (kind in ("agent_unavailable", "agent_deleted") and of_agent
                    or kind == "contact_completed" and of_contact and event["outcome"] == "cancelled")
        if how == "missed" and self.misses_too_many(contact, agent):
            return kind == "agent_unavailable" and of_agent and event.get("mark") == "not_responding"
        return kind == "agent_penalty" and of_agent

    def misses_too_many(self, contact, agent):
        most = self.set_for(self.contacts[contact].origin.contact_type, "max_misses", MAX_MISSES)
        return self.agents[agent].misses >= most

    def went_on(self):
        """Looks for the next agent of a contact whose offer has ended."""
        ended, self.after_offer = self.after_offer, None
        if ended and ended[1] in self.contacts:
            self.seek_agent(ended[1])

    def on_agent_penalty(self, at, agent, until):
        by = self.agents[agent]
        if self.after_offer:
            contact_type = self.contacts[self.after_offer[1]].origin.contact_type
            expected = at + self.set_for(contact_type, "penalty_s", PENALTY_S) * 1000
            if until != expected:
                self.complain(f"the penalty of {agent} is until {until}, not {expected}")
        elif by.penalty != until or until <= at:
            self.complain(f"{agent} is on a penalty until {until}, which they do not have")
        self.responds(by)
        self.marked(by, None)
        by.penalty, by.paused, by.changed = until, True, at
        self.went_on()

    def responds(self, by):
        """Who was not responding begins with no misses, whatever they are now."""
        if by.mark == "not_responding":
            by.misses = 0

    def returns(self, agent, since):
        """Returns whether an agent has their old place back."""
        return isinstance(self.wants, tuple) and self.freed == agent and self.wants == ("place", since)

    # --- wrap-up

    def wrap_up_after(self, at, ended, by):
        """Returns until when the wrap-up after a contact is; `None` if there is none."""
        mode = self.set_for(ended.origin.contact_type, "wrap_up", {"mode": "none"})
        if mode["mode"] == "timed":
            return at + mode["seconds"] * 1000
        return NEVER if mode["mode"] == "manual" and not by.ready else None

    def said_available(self, by):
        """An agent said so during a contact: it ends the wrap-up that they would end themselves."""
        contact_type = self.contacts[by.contact].origin.contact_type
        return self.set_for(contact_type, "wrap_up", {"mode": "none"})["mode"] == "manual"

    def on_agent_wrap_up(self, at, agent, contact, until=None):
        by, until = self.agents[agent], NEVER if until is None else until
        if by.wrap_up:
            if by.wrap_up[0] != contact or not by.wrap_up[1] < until or at >= by.wrap_up[1]:
                self.complain(f"the wrap-up of {agent} was extended to {until}")
            by.wrap_up = (contact, until, by.wrap_up[2])
            return
        if self.freed != agent or self.wants != ("wrap_up", contact, until):
            self.complain(f"{agent} is in wrap-up for {contact} until {until}; it should be {self.wants}")
        self.freed = self.wants = None
        by.wrap_up, by.changed = (contact, until, at), at
        # It counts as time with contacts.
        self.counts["busy_going"] += 1
        self.counts["busy_time"] -= at

    def on_wrap_up_ended(self, at, agent, contact, time, done):
        by = self.agents[agent]
        if not by.wrap_up or by.wrap_up[0] != contact:
            self.complain(f"a wrap-up of {agent} for {contact} ended, which there was not")
            return
        _, until, began = by.wrap_up
        if time != max(at - began, 0):
            self.complain(f"the wrap-up of {agent} lasted {at - began} ms, not {time}")
        if not done and at < until:
            self.complain(f"the wrap-up of {agent} ended before its time")
        by.wrap_up, by.wrap_up_time = None, by.wrap_up_time + time
        self.count(self.ended_contact(contact), "wrap_up_time", time)
        self.freed, self.wants = agent, "next"
        self.counts["busy_going"] -= 1
        self.counts["busy_time"] += at

    def on_contact_disposition(self, at, contact, agent, disposition=None):
        by = self.agents[agent]
        if not by.wrap_up or by.wrap_up[0] != contact or at >= by.wrap_up[1]:
            self.complain(f"{agent} said what became of {contact} and is not in wrap-up for it")
        self.known_disposition(self.ended_contact(contact).origin.contact_type, contact, disposition)

    def known_disposition(self, contact_type, contact, disposition):
        known = self.set_for(contact_type, "dispositions")
        if disposition is not None and known is not None and disposition not in known:
            self.complain(f"{contact} has the disposition {disposition}, which is not on the list")
