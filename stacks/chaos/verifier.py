#!/usr/bin/env python3
"""Proves that a floor kept its promises: follows its events, then reads the whole database.

Usage: stacks/chaos/verifier.py URL [--acd NAME] [--ledger FILE]

Alone it verifies an idle floor whose stream still reaches back to the first event. Under
`stacks/chaos/run` it follows from the beginning, so that nothing is trimmed before it is read.
Exit codes: 0 no complaints, 1 complaints, one per line.
"""

import argparse
import sys
import threading
import time

sys.dont_write_bytecode = True
from need import LOCAL  # noqa: E402

sys.path.insert(0, str(LOCAL))
import redis as client  # noqa: E402

from audit import Audit  # noqa: E402
from replay import Replay  # noqa: E402

PAGE = 2_000


def connect(url):
    return client.Redis.from_url(
        url, decode_responses=True, socket_timeout=30, socket_connect_timeout=1, protocol=2,
        # Its own loop retries, and knows why.
        retry=None, retry_on_error=[],
    )


class Verifier:
    """Follows one floor, whatever happens to its Redis meanwhile."""

    def __init__(self, url, acd="acd"):
        self.acd = acd
        self.replay = Replay()
        self.redis = connect(url)
        self.rolled_back = None
        self.failed = None
        self.ending = threading.Event()
        self.thread = None

    def start(self):
        self.ending.clear()
        self.thread = threading.Thread(target=self.follow, daemon=True)
        self.thread.start()
        return self

    def follow(self):
        try:
            while not self.ending.is_set():
                try:
                    if not self.step(block=200):
                        time.sleep(0.02)
                except client.RedisError:
                    time.sleep(0.05)
        except Exception as reason:  # Anything else is a bug of this program, and must be visible.
            self.failed = reason

    def step(self, block=None):
        """Replays the next events; returns whether there were any."""
        key = f"{{{self.acd}}}:events"
        wait = ["BLOCK", block] if block else []
        answer = self.redis.execute_command(
            "XREAD", "COUNT", PAGE, *wait, "STREAMS", key, f"{self.replay.number}-0")
        if not answer:
            return False
        streams = answer.items() if isinstance(answer, dict) else answer
        for _, entries in streams:
            for entry, fields in entries:
                if not isinstance(fields, dict):
                    fields = dict(zip(fields[::2], fields[1::2]))
                texts = fields["events"].split("\n")
                # The entry's id is the number of its last event.
                number = int(entry.partition("-")[0]) - len(texts)
                for text in texts:
                    number += 1
                    self.replay.take(number, int(fields["at"]), text)
        return True

    def turn_to(self, url):
        """Continues with another server. If that lacks events that were seen, starts again with its first
        event, which must still be there."""
        self.pause()
        self.redis = connect(url)
        newest = int(self.redis.execute_command("HGET", f"{{{self.acd}}}:meta", "event") or 0)
        if newest < self.replay.number:
            self.rolled_back = (self.replay.number, newest)
            self.replay = Replay()
        self.start()

    def pause(self):
        """Ends the thread."""
        self.ending.set()
        if self.thread:
            self.thread.join()
        if self.failed:
            raise self.failed

    def verify(self, ledger=None):
        """Returns all complaints, once nobody changes the floor any more."""
        self.pause()
        while self.step():
            pass
        complaints = list(self.replay.complaints)
        more = self.replay.kinds["complaint"] - len(complaints)
        if more:
            complaints.append(f"and {more} more of the events")
        audit = Audit(self.redis, self.replay, self.acd)
        found, self.states = audit.run()
        complaints += found
        self.lost = []
        if ledger:
            self.lost = list(broken_promises(self.replay, ledger))
        return complaints


def broken_promises(replay, ledger):
    """Returns what was acknowledged to a client but is not true."""
    with open(ledger) as file:
        for line in file:
            kind, _, rest = line.rstrip("\n").partition("\t")
            contact = rest.split("\t")[0]
            if kind == "created" and contact not in replay.contacts and contact not in replay.over:
                yield f"contact {contact} was acknowledged and is lost"
            elif kind == "ended" and contact not in replay.over:
                yield f"the end of contact {contact} was acknowledged and is lost"
            elif kind == "unknown" and (contact in replay.contacts or contact in replay.over):
                yield f"contact {contact} was acknowledged, and unknown later"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("--acd", default="acd")
    parser.add_argument("--ledger")
    options = parser.parse_args()
    verifier = Verifier(options.url, options.acd)
    complaints = verifier.verify(options.ledger) + verifier.lost
    for complaint in complaints:
        print(complaint)
    print(f"{verifier.replay.number} events, contacts: {verifier.states}, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
