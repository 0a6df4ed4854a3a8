#!/usr/bin/env python3
"""The clients of a floor: customers and agents who repeat each call until it is answered, and
write down what was acknowledged to them.

Usage: load.py FILE SEED RATE AGENTS PORT..

The ledger has a line for each acknowledgement: what, which contact, when (CLOCK_MONOTONIC), by
which port, and how long after the call was first tried.

    created  ended     acknowledged: must never be lost
    unknown            a contact that was acknowledged is answered 404: lost
    gave_up            no answer in two minutes of repeating
SIGUSR1: creates no more contacts, ends when the last is over, and prints why calls were repeated.
"""

import asyncio
import json
import random
import signal
import sys
import time
import uuid
from collections import Counter

ANSWER_WITHIN = 3.0
REPEAT_FOR = 120.0
HOLD = (0.1, 0.9)
# The most contacts on the floor; beyond that none is created until one leaves.
MOST_VISITORS = 1_500
SKILLS = ["English", "French", "German", "Billing", "Sales", "Support"]


class Client:
    """Connections to the API, kept and reused."""

    def __init__(self, ports, ledger):
        self.ports, self.ledger = ports, ledger
        self.idle = {port: [] for port in ports}
        self.repeats = Counter()

    def write(self, *words):
        self.ledger.write("\t".join(map(str, words)) + "\n")

    async def ask(self, port, method, path, body=None, key=None):
        """Sends a request once; returns the status and the answer, or raises OSError."""
        text = json.dumps(body) if body is not None else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
        if key:
            head += f"Idempotency-Key: {key}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
        connection = self.idle[port].pop() if self.idle[port] else None
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                if connection is None:
                    connection = await asyncio.open_connection("127.0.0.1", port)
                reader, writer = connection
                writer.write((head + text).encode())
                answer = await reader.readuntil(b"\r\n\r\n")
                lines = answer.split(b"\r\n")
                length = next((int(line[15:]) for line in lines
                               if line[:15].lower() == b"content-length:"), 0)
                body = await reader.readexactly(length)
        except TimeoutError:
            failure = "no answer"
        except (asyncio.IncompleteReadError, ConnectionError):
            failure = "connection lost or refused"
        else:
            self.idle[port].append(connection)
            return int(lines[0].split()[1]), body
        if connection:
            connection[1].transport.abort()
        raise OSError(failure)

    async def insist(self, method, path, body=None, key=None, good=(200, 201)):
        """Repeats a request until it succeeds; returns the answer, the port, the time of the first try."""
        began, wait = time.monotonic(), 0.05
        port = random.choice(self.ports)
        while time.monotonic() < began + REPEAT_FOR:
            try:
                status, answer = await self.ask(port, method, path, body, key)
                if status in good:
                    return status, json.loads(answer or b"null"), port, began
                why = str(status)
            except OSError as reason:
                why = str(reason)
            self.repeats[why] += 1
            port = self.ports[(self.ports.index(port) + 1) % len(self.ports)]
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(wait * 2, 1.0)
        self.write("gave_up", f"{method} {path}", time.monotonic(), why)
        return None


class Floor:
    """The customers and the agents."""

    def __init__(self, client, agents):
        self.client = client
        self.agents = [f"agent:{number}" for number in range(agents)]
        self.visitors = set()
        self.open = True

    async def staff(self):
        for number, agent in enumerate(self.agents):
            skills = {SKILLS[number % 3], SKILLS[3 + number // 3 % 3], random.choice(SKILLS)}
            body = {"fname": "Ann", "lname": str(number), "skills": sorted(skills)}
            await self.client.insist("POST", f"/agent/{agent}", body, good=(201, 409))
            await self.client.insist("PATCH", f"/agent/{agent}/state", {"state": 1})

    async def visit(self):
        insist, write = self.client.insist, self.client.write
        skills = random.choice([[], SKILLS[:1], [random.choice(SKILLS)],
                                [random.choice(SKILLS[:3]), random.choice(SKILLS[3:])]])
        body = {"skills": skills, "priority": random.choice([5, 5, 5, 5, 1, 9])}
        answer = await insist("POST", "/contact", body, str(uuid.uuid4()))
        if answer is None:
            return
        _, created, port, began = answer
        path, contact = f"/contact/{created['contact_key']}", created["contact_key"][8:]
        write("created", contact, time.monotonic(), port, f"{time.monotonic() - began:.3f}")
        await asyncio.sleep(random.uniform(*HOLD))
        chance = random.random()
        if chance < 0.02 and created["agent"]:
            await insist("POST", path + "/requeue", {"agent": created["agent"]},
                         good=(200, 404, 409))
        elif chance < 0.04:
            await insist("PATCH", path + "/priority", {"priority": random.randrange(10)},
                         good=(200, 404))
        # An unknown contact is recorded here.
        method = "DELETE" if chance > 0.97 else "PATCH"
        answer = await insist(method, path, good=(200, 404))
        if answer is None:
            return
        status, _, port, began = answer
        what = "ended" if status == 200 else "unknown"
        write(what, contact, time.monotonic(), port, f"{time.monotonic() - began:.3f}")

    async def arrivals(self, rate):
        due = time.monotonic()
        while self.open:
            due = max(due + random.expovariate(rate), time.monotonic() - 0.5)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if len(self.visitors) < MOST_VISITORS:
                task = asyncio.create_task(self.visit())
                self.visitors.add(task)
                task.add_done_callback(self.visitors.discard)

    async def changes(self):
        """Settings change. Agents take breaks, get and lose skills; those whose contact was requeued
        come back."""
        insist = self.client.insist
        while self.open:
            agent, skill = random.choice(self.agents), random.choice(SKILLS)
            await insist("PATCH", "/acd/settings", {
                "reasons": random.choice([None, ["lunch"], ["break", "lunch"]]),
                "short_abandon_s": random.choice([None, 0, 1, 2]),
            })
            await insist("PATCH", f"/agent/{agent}/state", {"state": 0, "reason": "break"},
                         good=(200, 422))
            await insist("PATCH", f"/agent/{agent}/skill", {"skill": skill})
            await asyncio.sleep(0.2)
            await insist("DELETE", f"/agent/{agent}/skill/{skill}", good=(200, 404, 409))
            await insist("PATCH", f"/agent/{agent}/state", {"state": 1})
            for other in random.sample(self.agents, 3):
                await insist("PATCH", f"/agent/{other}/state", {"state": 1})


async def main():
    path, seed, rate, agents, *ports = sys.argv[1:]
    random.seed(int(seed))
    with open(path, "w", buffering=1 << 16) as ledger:
        client = Client([int(port) for port in ports], ledger)
        floor = Floor(client, int(agents))

        def close():
            floor.open = False

        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, close)
        await floor.staff()
        print("staffed", flush=True)
        changes = asyncio.create_task(floor.changes())
        await floor.arrivals(float(rate))
        while floor.visitors:
            await asyncio.wait(floor.visitors)
        await changes
    print(json.dumps(client.repeats), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
