"""Worker groups that are at work as soon as they are asked for, and can be killed as one.

A worker of Celery takes longer to come up than passes between two kills of a drill. These run the
worker's own task, messages.deliver, one after another as its ticks would; each group is a copy of
a process that has read and built everything and is connected to nothing.
"""

import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from flask import Flask

from bench.faults.ground import ROOT, Ground

TICK = 0.2  # seconds between two looks into the outbox
ENDS_WITHIN = 40.0  # seconds a drain may take to end in order


@dataclass
class Drains:
    """The groups that were started, by the number of their first process."""

    nursery: "subprocess.Popen[str]"
    groups: list[int] = field(default_factory=list)

    def start(self, *, processes: int = 1, once: bool = False) -> int:
        """Start a group; `once`: it delivers what is due now and ends."""
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(f"{processes} {'once' if once else 'always'}\n")
        self.nursery.stdin.flush()
        self.groups.append(int(self.nursery.stdout.readline()))
        return self.groups[-1]

    def kill(self, group: int) -> None:
        """SIGKILL the whole group and wait until it is gone."""
        self.groups.remove(group)
        with suppress(ProcessLookupError):  # one that ended by itself
            os.killpg(group, signal.SIGKILL)
        self.wait(group)

    def pause(self, group: int) -> None:
        os.killpg(group, signal.SIGSTOP)

    def wake(self, group: int) -> None:
        os.killpg(group, signal.SIGCONT)

    def wait(self, group: int) -> None:
        """Wait until a group has ended.

        :raises TimeoutError: if it does not
        """
        ends = time.monotonic() + ENDS_WITHIN
        while time.monotonic() < ends:
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return
            time.sleep(0.005)
        raise TimeoutError(f"The drain {group} did not end.")

    def stop(self) -> None:
        """Ask every group to end in order, with what it has in hand handed over."""
        for group in self.groups:
            os.killpg(group, signal.SIGTERM)
        for group in self.groups:
            self.wait(group)
        self.groups.clear()


@contextmanager
def drains(place: Ground) -> Generator[Drains]:
    """Open the nursery; every group is dead when this ends."""
    with (place.var / "drains.log").open("ab") as log:
        nursery = subprocess.Popen(
            [sys.executable, "-m", "bench.faults.drains"],
            env=place.environ,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    found = Drains(nursery)
    try:
        yield found
    finally:
        for group in tuple(found.groups):
            found.kill(group)
        nursery.communicate()  # the end of its input is the end of its work


def main() -> None:
    """Read orders, one a line, and answer each with the number of the group."""
    from volunteer_hub.app import create_app

    app = create_app(BELLS_SILENT=True)
    import workers.messages  # noqa: F401  (every copy has it)

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries the dead
    for order in sys.stdin:
        processes, how = order.split()
        first = os.fork()
        if not first:
            os.setpgid(0, 0)
            _lead(app, int(processes), once=how == "once")
        with suppress(OSError):  # it was quicker itself
            os.setpgid(first, first)
        print(first, flush=True)


def _lead(app: Flask, processes: int, *, once: bool) -> None:
    """Be the whole group: this process and its copies do the same; never returns."""
    os.close(sys.stdin.fileno())
    for _ in range(processes - 1):
        if not os.fork():
            break
    stopping: list[bool] = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
    while not stopping:
        _tick(app)
        if once:
            break
        time.sleep(TICK)
    os._exit(0)


def _tick(app: Flask) -> None:
    """Run the task as the worker does: what it raises is written down, and the next goes on."""
    from volunteer_hub.foundation.database import db
    from workers.messages import deliver

    try:
        with app.app_context():
            try:
                deliver()
            finally:
                db.session.remove()
    except Exception:
        traceback.print_exc()


if __name__ == "__main__":
    main()
