"""One fault on one floor, and what came of it."""

import random
import sys
import time
from array import array
from bisect import bisect_left
from collections import Counter

from faults import FAULTS
from floor import Floor, until
from proxy import Proxy
from verifier import Verifier

# How long a supervisor of services takes to restart a process.
SUPERVISOR = 0.3
# The most complaints that are printed.
MOST_SHOWN = 12


class Trial:
    """One fault on one floor, and what came of it."""

    def __init__(self, name, options, folder):
        self.name, self.fault = name, FAULTS[name]
        self.seconds, self.every = options.seconds, options.every
        self.random = random.Random(f"{options.seed} {name}")
        self.floor = Floor(folder, options.port, options.rate, options.agents, options.seed,
                           options.engine)
        self.redis = self.replica = self.proxy = None
        self.done = Counter()
        self.returned, self.outages, self.full = [], [], []
        self.complaints, self.notes = [], []
        self.ended_at = {}

    def start(self):
        floor, fault = self.floor, self.fault
        self.redis = floor.start_redis("redis", *fault.redis)
        url = self.redis.url
        if fault.replica is not None:
            link = Proxy(floor.port(), self.redis.port)
            link.delay = fault.replica
            self.replica = floor.start_redis("replica", "--replicaof", f"127.0.0.1 {link.port}")
            until("a replica", 20, lambda: self.redis.ask("INFO", "replication").get("connected_slaves"))
        if fault.prepare:
            fault.prepare(self)
        if fault.proxied:
            self.proxy = Proxy(floor.port(), self.redis.port)
            url = self.proxy.url
        self.verifier = Verifier(self.redis.url).start()
        floor.start_engines(url, *fault.engine)
        floor.start_load()

    def run(self):
        self.start()
        self.began = self.reported = time.monotonic()
        self.fault.make(self)
        engines = self.floor.engines()
        until("engines", 30, lambda: self.supervise() or all(engine.alive() for engine in engines))
        self.lasted = time.monotonic() - self.began
        self.repeats = self.floor.end_load()
        self.complaints += self.verifier.verify(self.floor.ledger)
        self.complaints += self.floor.troubles()
        self.drained()
        for why, often in self.repeats.items():
            if why not in ("503", "no answer", "connection lost or refused"):
                self.complaints.append(f"{often} calls were answered {why}")
        return self.verdict()

    # --- for faults

    def rounds(self, every):
        """Yields at random instants, `every` seconds apart on average, until the time is over."""
        while time.monotonic() < self.began + self.seconds:
            then = time.monotonic() + every * self.random.uniform(0.5, 1.5)
            while time.monotonic() < then:
                self.supervise()
                time.sleep(0.02)
            yield

    def back(self, at, outage):
        """Notes when Redis was back, and how long it had been down."""
        self.returned.append(at)
        self.outages.append(outage)

    def must(self, what, found, most):
        self.notes.append(f"{what} {found:.2f} (at most {most:g})")
        if found > most:
            self.complaints.append(f"{what} {found:.2f}, should be {most:g}")

    # --- what came of it

    def drained(self):
        """Checks that contacts can end on a full server."""
        with open(self.floor.ledger) as ledger:
            ended = [float(line.split("\t")[2]) for line in ledger if line.startswith("ended")]
        for since, freed in self.full:
            if not any(since + 0.1 < at < freed for at in ended):
                self.complaints.append("no contact could be ended on a full Redis")

    def supervise(self):
        """Restarts processes that have ended, as a supervisor of services does."""
        now = time.monotonic()
        if now > self.reported + 60:
            self.report(now)
        for engine in self.floor.engines():
            if engine.alive():
                continue
            if now < self.ended_at.setdefault(engine.name, now) + SUPERVISOR:
                continue
            del self.ended_at[engine.name]
            # Without its Redis an engine does not start, says so and ends with 2.
            if not engine.meant_to_end and engine.child.returncode != 2:
                self.complaints.append(f"{engine.name} ended with {engine.child.returncode}")
            engine.start()
            self.floor.restarts += 1

    def report(self, now):
        """Prints the progress."""
        self.reported = now
        replay = self.verifier.replay
        print(f"  {now - self.began:.0f} s: {replay.number} events, "
              f"{replay.kinds['contact_created']} contacts, {replay.kinds['complaint']} complaints, "
              f"{dict(self.done)}, Redis took {self.outages[-1] if self.outages else 0:.1f} s, "
              f"memory {self.redis.memory() >> 10} MiB", flush=True)

    def ledger(self):
        """Returns when each acknowledgement came, and how long after the first try, in order."""
        times, took = array("d"), array("d")
        with open(self.floor.ledger) as ledger:
            for line in ledger:
                words = line.rstrip("\n").split("\t")
                if words[0] in ("created", "ended"):
                    times.append(float(words[2]))
                    took.append(float(words[4]))
                elif words[0] == "gave_up":
                    self.complaints.append(f"gave up: {words[1]} ({words[3]})")
        return times, sorted(took)

    def recovered(self, times):
        """Returns how long after each return of Redis the first call succeeded."""
        for returned in self.returned:
            place = bisect_left(times, returned)
            yield times[place] - returned if place < len(times) else float("inf")

    def verdict(self):
        replay, verifier = self.verifier.replay, self.verifier
        times, took = self.ledger()
        recovered = sorted(self.recovered(times))
        if recovered:
            self.must("from Redis's answer to PING to the first success, worst, s", recovered[-1], 2)
        complaints = Counter(self.complaints)
        twice = [text for text in complaints if any(word in text for word in ("twice", "is on it", "while on "))]
        stuck = [text for text in complaints if "stuck" in text]
        # No client returns to a contact whose end was acknowledged and is lost.
        stuck += [f"contact {contact} is still on the floor" for contact in replay.contacts
                  if not any(contact in text for text in verifier.lost)]
        wrong = [text for text in complaints if text not in twice and text not in stuck]
        created = replay.kinds["contact_created"]
        print(f"\n{self.name}: {self.lasted:.0f} s, {created} contacts ({created / self.lasted:.0f}/s), "
              f"{len(times)} acknowledgements, {replay.number} events")
        print(f"  done: {dict(self.done)}; engines started again {self.floor.restarts} times")
        print(f"  calls repeated: {self.repeats}")
        if took:
            print(f"  from first try to acknowledgement: median {took[len(took) // 2] * 1e3:.0f} ms, "
                  f"99 % {took[len(took) * 99 // 100] * 1e3:.0f} ms, longest {took[-1]:.1f} s")
        if recovered:
            print(f"  Redis was down {len(recovered)} times, at most {max(self.outages):.1f} s; from its answer "
                  f"to PING to the first success: median {recovered[len(recovered) // 2] * 1e3:.0f} ms, "
                  f"worst {recovered[-1] * 1e3:.0f} ms")
        for note in self.notes:
            print(f"  {note}")
        print(f"  contacts: {verifier.states}")
        if verifier.rolled_back:
            print(f"  rolled back: event {verifier.rolled_back[0]} was seen, and the newest was "
                  f"{verifier.rolled_back[1]} after the failover")
        may_lose = " (may be: nobody waited for the replica)" if self.fault.may_lose else ""
        print(f"  lost {len(verifier.lost)}{may_lose}, twice {len(twice)}, stuck {len(stuck)}, "
              f"wrong {len(wrong)}")
        wrong_lines = twice + stuck + wrong + verifier.lost
        for text in wrong_lines[:MOST_SHOWN]:
            print(f"    {text}")
        if len(wrong_lines) > MOST_SHOWN:
            print(f"    and {len(wrong_lines) - MOST_SHOWN} more")
        sys.stdout.flush()
        return not (verifier.lost and not may_lose or twice or stuck or wrong)
