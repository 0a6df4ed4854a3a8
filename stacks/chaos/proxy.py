"""A small TCP proxy between the engines and Redis: the address that they know.

It runs on a thread of its own. On command it leads elsewhere, becomes slow, cuts every connection, or
loses answers: a request reaches the server and is carried out, and the connection breaks before the
answer arrives.
"""

import asyncio
import threading

# The most bytes in transit in one direction.
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
            # The first that ends also ends the others.
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
        """Reads what one side sends, and notes when to pass it on."""
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
        """Breaks every open connection."""
        self.cuts += len(self.connections)
        self.loop.call_soon_threadsafe(
            lambda: [end.abort() for ends in list(self.connections.values()) for end in ends])

    def lead_to(self, target):
        """Leads new connections to another server, and breaks the open ones."""
        self.target = target
        self.cut()
