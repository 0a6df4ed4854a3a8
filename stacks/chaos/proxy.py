"""A small TCP proxy between the engines and Redis: the address that they know.

It runs on a thread of its own and does what it is told: lead elsewhere, be slow, cut every
connection, or lose answers: what was asked reaches the server and is done there, and the
connection breaks before the answer comes.
"""

import asyncio
import threading


class Proxy:
    """Listens on a port; all fields may be set at any time from outside."""

    def __init__(self, port, target):
        self.port, self.target = port, target
        self.delay = 0.0
        # How many of the next answers are lost, and their connections with them.
        self.lose = 0
        self.lost = self.cuts = 0
        self.connections = set()
        self.loop = asyncio.new_event_loop()
        self.url = f"redis://127.0.0.1:{port}"
        listening = threading.Event()
        threading.Thread(target=self.run, args=(listening,), daemon=True).start()
        listening.wait()

    def run(self, listening):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", self.port))
        listening.set()
        self.loop.run_forever()

    async def serve(self, reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        ends = (writer.transport, far_writer.transport)
        self.connections.add(ends)
        try:
            await asyncio.gather(self.carry(reader, far_writer, False), self.carry(far_reader, writer, True))
        except OSError:
            pass
        finally:
            self.connections.discard(ends)
            for end in ends:
                end.abort()

    async def carry(self, reader, writer, answers):
        """Carries one direction; in the order of arrival, each piece as late as it is to be."""
        pieces = asyncio.Queue(maxsize=1_000)
        sending = asyncio.create_task(self.send(pieces, writer))
        try:
            while piece := await reader.read(1 << 16):
                if answers and self.lose:
                    self.lose -= 1
                    self.lost += 1
                    raise ConnectionResetError
                await pieces.put((self.loop.time() + self.delay, piece))
                if sending.done():
                    await sending
            raise ConnectionResetError
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def send(self, pieces, writer):
        while True:
            due, piece = await pieces.get()
            if due > self.loop.time():
                await asyncio.sleep(due - self.loop.time())
            writer.write(piece)
            await writer.drain()

    def cut(self):
        """Breaks every connection there is."""
        self.cuts += len(self.connections)
        self.loop.call_soon_threadsafe(
            lambda: [end.abort() for ends in list(self.connections) for end in ends])

    def lead_to(self, target):
        """Leads every connection from now on elsewhere, and breaks those that there are."""
        self.target = target
        self.cut()
