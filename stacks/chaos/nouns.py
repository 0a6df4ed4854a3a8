"""The contacts and the agents of a replayed floor."""

from collections import namedtuple

# How a contact arrived: its type, profile and priority, and the profile and priority that settings
# had for it, each `None` if they had none.
Origin = namedtuple("Origin", "contact_type profile priority set_profile set_priority")


class Contact:
    """A contact that is not over."""

    __slots__ = ("origin", "profile", "skills", "rank", "created", "agent", "assigned", "requeues",
                 "earlier", "offer", "accepted")

    def __init__(self, origin, rank, created):
        self.origin, self.profile = origin, origin.profile
        profile = origin.profile
        self.skills = frozenset() if profile == "*" else frozenset(profile.split(","))
        self.rank, self.created = rank, created
        self.agent = self.assigned = None
        # Its open offer: the number, the agent and until when; the number of the one accepted.
        self.offer = self.accepted = None
        self.requeues = 0
        # How long agents were on it before it was requeued.
        self.earlier = 0


class Agent:
    """An agent. Exactly one of: routable (`since`), with an `offer`, on a `contact`, in `wrap_up`, on
    penalty (`paused`), unavailable (none of these)."""

    __slots__ = ("skills", "since", "idle", "contact", "leaves", "changed", "handled", "handle_time",
                 "mark", "away", "offer", "offered", "place", "wrap_up", "wrap_up_time", "penalty", "paused",
                 "misses", "rejected", "ready")

    def __init__(self, skills, at):
        self.skills = set(skills)
        # `idle`: since when they count as idle; an agent who gets a contact in the same step in
        # which they become routable never was.
        self.since = self.idle = self.contact = None
        self.leaves = self.ready = self.paused = False
        # The contact that is offered to them, the number and the end of the offer, and since when they
        # had been routable; the contact, the
        # end and the beginning of their wrap-up; until when they have a penalty.
        self.offer = self.offered = self.place = self.wrap_up = self.penalty = self.rejected = None
        self.misses = self.wrap_up_time = 0
        # Why they are unavailable, if nobody chose it; the event of it, if opening brings
        # them back.
        self.mark, self.away = None, None
        self.changed = at
        self.handled = self.handle_time = 0
