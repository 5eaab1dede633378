"""A network that swallows what is sent: a proxy between a worker and Valkey that stops forwarding.

Nobody is told: what stood open when the hole opened stays open, and is never heard again, as
behind a firewall that has forgotten it. What is opened afterwards goes through.
"""

import asyncio
import contextlib
import threading
from collections.abc import Generator
from pathlib import Path


class Hole:
    """Forwards from a port on loopback to a unix socket, unless it is open."""

    def __init__(self, socket: Path) -> None:
        self.socket, self.port = socket, 0
        self._is_open = False
        self._kept: set[asyncio.Task[None] | None] = set()  # or nobody else would keep them
        self._age = 0  # connections of an age before this one are forgotten

    def open(self) -> None:
        self._is_open, self._age = True, self._age + 1

    def close(self) -> None:
        self._is_open, self._age = False, self._age + 1

    async def serve(self) -> asyncio.Server:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _connected(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        self._kept.add(asyncio.current_task())
        age = self._age
        far, on = await asyncio.open_unix_connection(str(self.socket))
        ways = (self._forward(near, on, age), self._forward(far, back, age))
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await asyncio.gather(*ways)
        on.close()
        back.close()

    async def _forward(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, age: int
    ) -> None:
        while some := await source.read(65536):
            if self._is_open or age != self._age:
                continue  # swallowed
            sink.write(some)
            await sink.drain()
        if age == self._age and not self._is_open:  # not even that it ended is heard
            sink.close()


async def _end_the_rest() -> None:
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


@contextlib.contextmanager
def hole(socket: Path) -> Generator[Hole]:
    """Serve in a thread until this ends."""
    built, loop = Hole(socket), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="hole", daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(built.serve(), loop).result(10)
    try:
        yield built
    finally:
        asyncio.run_coroutine_threadsafe(_end_the_rest(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
