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
DISPOSITIONS = ["sold", "lost", "callback"]
WRAP_UPS = [None, {"mode": "none"}, {"mode": "timed", "seconds": 1}, {"mode": "manual"}]
# The longest of penalties, wrap-ups and offers, in seconds.
LONGEST_PAUSE = 6
# Contact types. Only the first two have skills.
TYPES = ["billing", "sales chat", "anything"]


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

    async def insist(self, method, path, body=None, key=None, good=(200, 201), passing=()):
        """Repeats a request until it succeeds; returns the answer, the port, the time of the first try.
        Refusals that are expected to pass are not counted."""
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
            if why not in passing:
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
        for name in TYPES:
            await self.change_type(name)
        for number, agent in enumerate(self.agents):
            skills = {SKILLS[number % 3], SKILLS[3 + number // 3 % 3], random.choice(SKILLS)}
            body = {"fname": "Ann", "lname": str(number), "skills": sorted(skills)}
            await self.client.insist("POST", f"/agent/{agent}", body, good=(201, 409))
            await self.client.insist("PATCH", f"/agent/{agent}/state", {"state": 1})

    def visitor(self):
        """Returns a contact to create. Part of them have a type, and part of those take the skills
        from it. Part of all do not say their priority."""
        body = {
            "skills": random.choice([[], SKILLS[:1], [random.choice(SKILLS)],
                                     [random.choice(SKILLS[:3]), random.choice(SKILLS[3:])]]),
            "priority": random.choice([5, 5, 5, 5, 1, 9]),
        }
        if random.random() < 0.3:
            body["type"] = random.choice(TYPES)
            if body["type"] != TYPES[2] and random.random() < 0.7:
                del body["skills"]
        if random.random() < 0.4:
            del body["priority"]
        return body

    async def visit(self):
        insist, write = self.client.insist, self.client.write
        # Its type may be deleted for a moment.
        answer = await insist("POST", "/contact", self.visitor(), str(uuid.uuid4()), passing=("404",))
        if answer is None:
            return
        _, created, port, began = answer
        path, contact = f"/contact/{created['contact_key']}", created["contact_key"][8:]
        write("created", contact, time.monotonic(), port, f"{time.monotonic() - began:.3f}")
        agent = created["agent"]
        held = time.monotonic() + random.uniform(*HOLD)
        if created["state"] != 2 and random.random() < 0.7:
            agent = await self.ring(path, held)
        await asyncio.sleep(max(0.0, held - time.monotonic()))
        chance = random.random()
        if chance < 0.02 and agent:
            await insist("POST", path + "/requeue", {"agent": agent}, good=(200, 404, 409))
        elif chance < 0.04:
            await insist("PATCH", path + "/priority", {"priority": random.randrange(10)},
                         good=(200, 404))
        # An unknown contact is recorded here.
        if chance > 0.8:
            answer = await insist("POST", path + "/complete", {"disposition": random.choice(DISPOSITIONS)},
                                  good=(200, 404, 422))
            if answer and answer[0] == 422:
                answer = await insist("PATCH", path, good=(200, 404))
        else:
            answer = await insist("DELETE" if chance > 0.77 else "PATCH", path, good=(200, 404))
        if answer is None:
            return
        status, _, port, began = answer
        what = "ended" if status == 200 else "unknown"
        write(what, contact, time.monotonic(), port, f"{time.monotonic() - began:.3f}")
        if agent and random.random() < 0.8:
            await self.wrap_up(agent, path)

    async def ring(self, path, held):
        """Plays the agents to whom a contact is offered: most accept, some reject, some do nothing.
        Returns the agent who accepted."""
        while time.monotonic() < held:
            answer = await self.client.insist("GET", path, good=(200, 404))
            if answer is None or answer[0] == 404 or answer[1]["state"] in (2, 3):
                return None
            offer = answer[1].get("offer")
            chance = random.random()
            if offer is None or chance < 0.2:
                await asyncio.sleep(0.1)
                continue
            body = {"agent": offer["agent"], "offer": offer["number"]}
            how = "/reject" if chance < 0.3 else "/accept"
            answer = await self.client.insist("POST", path + how, body, good=(200, 404, 409))
            if answer and answer[0] == 200 and how == "/accept":
                return offer["agent"]
        return None

    async def wrap_up(self, agent, path):
        """An agent says what became of a contact, and ends or extends their wrap-up."""
        insist = self.client.insist
        if random.random() < 0.3:
            await insist("PATCH", path + "/disposition", {"disposition": random.choice(DISPOSITIONS)},
                         good=(200, 404, 409, 422))
        if random.random() < 0.1:
            await insist("POST", f"/agent/{agent}/wrap-up", {"extend_s": 1}, good=(200, 409, 422))
        await insist("POST", f"/agent/{agent}/wrap-up", {"done": True}, good=(200, 409))

    async def arrivals(self, rate):
        due = time.monotonic()
        while self.open:
            due = max(due + random.expovariate(rate), time.monotonic() - 0.5)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if len(self.visitors) < MOST_VISITORS:
                task = asyncio.create_task(self.visit())
                self.visitors.add(task)
                task.add_done_callback(self.visitors.discard)

    async def change_type(self, name):
        """Creates a type or changes its settings."""
        body = {"short_abandon_s": 1, "priority": random.randrange(10),
                "wrap_up": random.choice(WRAP_UPS[1:]), "offer_timeout_s": random.choice([1, 2])}
        if name == TYPES[0]:
            body = {"skills": random.choice([SKILLS[3:4], SKILLS[4:2:-1]])}
        elif name == TYPES[1]:
            body |= {"skills": random.choice([[], SKILLS[:1]])}
        await self.client.insist("PUT", "/type/" + name.replace(" ", "%20"), body)

    async def delete_type(self, name):
        """Deletes a type, which is refused while contacts have it. It is there again soon."""
        await self.client.insist("DELETE", "/type/" + name.replace(" ", "%20"), good=(200, 404, 409))
        await self.change_type(name)

    async def changes(self):
        """Settings and types change. Agents take breaks, get and lose skills; those whose contact was requeued
        come back."""
        insist = self.client.insist
        while self.open:
            agent, skill = random.choice(self.agents), random.choice(SKILLS)
            await insist("PATCH", "/acd/settings", {
                "reasons": random.choice([None, ["lunch"], ["break", "lunch"]]),
                "short_abandon_s": random.choice([None, 0, 1, 2]),
                "priority": random.choice([None, None, 4]),
                "offer_timeout_s": random.choice([None, 1, 1, 2]),
                "max_misses": random.choice([None, 1, 5]),
                "penalty_s": random.choice([None, 0, 1]),
                "wrap_up": random.choice(WRAP_UPS),
                "dispositions": random.choice([None, DISPOSITIONS[:2]]),
            })
            await self.change_type(random.choice(TYPES))
            if random.random() < 0.3:
                await self.delete_type(random.choice(TYPES))
            await insist("PATCH", f"/agent/{agent}/state", {"state": 0, "reason": "break"},
                         good=(200, 422))
            await insist("PATCH", f"/agent/{agent}/skill", {"skill": skill})
            await asyncio.sleep(0.2)
            await insist("DELETE", f"/agent/{agent}/skill/{skill}", good=(200, 404, 409))
            await insist("PATCH", f"/agent/{agent}/state", {"state": 1})
            for other in random.sample(self.agents, min(9, len(self.agents))):
                await insist("PATCH", f"/agent/{other}/state", {"state": 1})
        # Whatever would end by itself has ended when the verifier reads the floor.
        await insist("PATCH", "/acd/settings", {"offer_timeout_s": None, "wrap_up": None})
        await asyncio.sleep(LONGEST_PAUSE)


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
