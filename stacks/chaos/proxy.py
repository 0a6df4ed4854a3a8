"""A small TCP proxy between the engines and Redis: the address that they know.

It runs on a thread of its own and does what it is told: lead elsewhere, be slow, cut every
connection, or lose answers: what was asked reaches the server and is done there, and the
connection breaks before the answer comes.
"""

import asyncio
import threading

# So much may be under way in one direction.
MOST_PIECES = 1_000


class Proxy:
    """Listens on a port; all fields may be set at any time from outside."""

    def __init__(self, port, target):
        self.port, self.target = port, target
        self.delay = 0.0
        # How many of the next answers are lost, and their connections with them.
        self.lose = 0
        self.lost = self.cuts = 0
        self.connections = {}
        self.loop = asyncio.new_event_loop()
        self.url = f"redis://127.0.0.1:{port}"
        listening = threading.Event()
        threading.Thread(target=self.run, args=(listening,), daemon=True).start()
        listening.wait()

    def run(self, listening):
        asyncio.set_event_loop(self.loop)
        listen = asyncio.start_server(self.serve, "127.0.0.1", self.port)
        self.server = self.loop.run_until_complete(listen)
        listening.set()
        self.loop.run_forever()

    async def serve(self, reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        there, back = asyncio.Queue(MOST_PIECES), asyncio.Queue(MOST_PIECES)
        ends = (writer.transport, far_writer.transport)
        self.connections[asyncio.current_task()] = ends
        try:
            # Whichever ends first takes the others along.
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.receive(reader, there))
                tasks.create_task(self.send(there, far_writer))
                tasks.create_task(self.receive(far_reader, back, answers=True))
                tasks.create_task(self.send(back, writer))
        except* OSError:
            pass
        finally:
            del self.connections[asyncio.current_task()]
            for end in ends:
                end.abort()

    async def receive(self, reader, pieces, answers=False):
        """Takes what one side says, and notes when it is to be passed on."""
        while piece := await reader.read(1 << 16):
            if answers and self.lose:
                self.lose -= 1
                self.lost += 1
                raise ConnectionResetError
            await pieces.put((self.loop.time() + self.delay, piece))
        raise ConnectionResetError

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
            lambda: [end.abort() for ends in list(self.connections.values()) for end in ends])

    def lead_to(self, target):
        """Leads every connection from now on elsewhere, and breaks those that there are."""
        self.target = target
        self.cut()
