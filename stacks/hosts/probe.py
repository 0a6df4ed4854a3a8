"""What clients see: runs on the client host while something is broken, and records it.

Two kinds of client, each request on a connection of its own, which is the hardest case:

- the prober reads the floor every 20 ms with a limit of one second, whatever became of the
  earlier requests, and never repeats a failed one;
- visitors, ten per second, create a contact with an Idempotency-Key, wait for their agent and
  complete it. They repeat each call while it fails, as every client should. What was acknowledged
  to them must never be lost.

Usage: probe.py ADDRESS PORT TOKEN-FILE FILE; writes one JSON object per line. SIGUSR1: creates no
more visitors. SIGTERM: ends.
"""

import asyncio
import json
import signal
import sys
import time
import uuid

PROBE_EVERY = 0.02
VISITOR_EVERY = 0.1
ANSWER_WITHIN = 1.0
HOLD = 0.3
# As long as `switchboard-engine traffic` repeats a call.
REPEAT_FOR = 15.0
GREETING = 5.0


class Client:
    """The address, and the file that all clients write to."""

    def __init__(self, address, port, token, file):
        self.address, self.port, self.token, self.file = address, port, token, file
        self.visiting = True
        self.visitors = set()

    def write(self, **line):
        self.file.write(json.dumps(line) + "\n")

    async def ask(self, method, path, body=None, key=None):
        """Sends a request once; returns the status and the answer, or raises the reason for none."""
        head = f"{method} {path} HTTP/1.1\r\nHost: switchboard\r\nConnection: close\r\n"
        head += f"Authorization: Bearer {self.token}\r\n"
        if key:
            head += f"Idempotency-Key: {key}\r\n"
        text = json.dumps(body) if body is not None else ""
        head += f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
        writer = None
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                reader, writer = await asyncio.open_connection(self.address, self.port)
                writer.write((head + text).encode())
                answer = await reader.read()
        except TimeoutError:
            raise OSError("TIMEOUT") from None
        except ConnectionRefusedError:
            raise OSError("REFUSED") from None
        except ConnectionResetError:
            raise OSError("RESET") from None
        finally:
            if writer:
                writer.transport.abort()
        first, _, rest = answer.partition(b"\r\n")
        if not first.startswith(b"HTTP/1.1 "):
            raise OSError("EOF")
        return int(first.split()[1]), rest.partition(b"\r\n\r\n")[2]

    async def probe(self):
        began = time.monotonic()
        try:
            status, _ = await self.ask("GET", "/acd")
            why = "" if status == 200 else str(status)
        except OSError as reason:
            why = reason.strerror or str(reason)
        self.write(kind="probe", at=began, took=time.monotonic() - began, why=why)

    async def insist(self, method, path, body=None, key=None):
        """Repeats a request until it succeeds; returns None if it never did."""
        until, why = time.monotonic() + REPEAT_FOR, ""
        while time.monotonic() < until:
            try:
                status, answer = await self.ask(method, path, body, key)
                if status in (200, 201):
                    return json.loads(answer or b"null")
                why = f"{status} {answer[:200]!r}"
            except (OSError, ValueError) as reason:
                why = str(reason)
            self.write(kind="repeat", at=time.monotonic(), what=f"{method}", why=why)
            await asyncio.sleep(0.1)
        self.write(kind="gave_up", what=f"{method} {path}", why=why)
        return None

    async def visit(self):
        key = str(uuid.uuid4())
        created = await self.insist("POST", "/contact", {"skills": []}, key)
        if created is None:
            return
        contact = created["contact_key"]
        self.write(kind="created", contact=contact)
        seen = created
        until = time.monotonic() + GREETING
        while seen and seen["state"] == 1 and time.monotonic() < until:
            await asyncio.sleep(0.25)
            seen = await self.insist("GET", f"/contact/{contact}")
        if seen and seen["state"] == 2:
            self.write(kind="agent", contact=contact, agent=seen["agent"])
            await asyncio.sleep(HOLD)
        # A lost contact is always answered 404, which the ledger shows.
        if await self.insist("PATCH", f"/contact/{contact}") is not None:
            self.write(kind="finished", contact=contact)

    async def every(self, seconds, begin, wanted):
        """Starts something at a fixed rate, without waiting for earlier starts."""
        due = time.monotonic()
        while wanted():
            task = asyncio.create_task(begin())
            self.visitors.add(task)
            task.add_done_callback(self.visitors.discard)
            due = max(due + seconds, time.monotonic() - 0.2)
            await asyncio.sleep(max(0.0, due - time.monotonic()))


async def main():
    address, port, path = sys.argv[1], int(sys.argv[2]), sys.argv[4]
    with open(sys.argv[3]) as file:
        token = file.readline().strip()
    with open(path, "w", buffering=1) as file:
        client = Client(address, port, token, file)
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()

        def no_more():
            client.visiting = False

        def leave():
            no_more()
            ended.set()

        loop.add_signal_handler(signal.SIGUSR1, no_more)
        loop.add_signal_handler(signal.SIGTERM, leave)
        probing = asyncio.create_task(client.every(PROBE_EVERY, client.probe, lambda: True))
        await client.every(VISITOR_EVERY, client.visit, lambda: client.visiting)
        # Present visitors leave in their own time; probes continue meanwhile.
        until = time.monotonic() + 3 * REPEAT_FOR
        while time.monotonic() < until and not ended.is_set():
            if not any(task.get_coro().__name__ == "visit" for task in client.visitors):
                client.write(kind="left")
                break
            await asyncio.sleep(0.1)
        await ended.wait()
        probing.cancel()


if __name__ == "__main__":
    asyncio.run(main())
