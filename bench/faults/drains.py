"""Worker groups that are at work as soon as they are asked for, and can be killed as one.

A worker of Celery takes longer to come up than passes between two kills of a drill. These run the
worker's own task, messages.deliver, one after another as its ticks would; each group is a copy of
a process that has read and built everything and is connected to nothing. Clients that sign up,
move and cancel are such copies, too.
"""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from flask import Flask

from bench.faults.ground import ROOT, Ground

TICK = 0.2  # seconds between two looks into the outbox
ENDS_WITHIN = 40.0  # seconds a drain may take to end in order


@dataclass
class Drains:
    """The groups that were started, by the number of their first process."""

    nursery: "subprocess.Popen[str]"
    groups: list[int] = field(default_factory=list)

    def start(self, *, processes: int = 1, once: bool = False, trap: str = "") -> int:
        """Start a group; `once`: it delivers what is due now and ends.

        :param trap: what it does to itself at which step, such as kill:marked; see traps.py
        """
        order = {"once": once, "trap": trap}
        return self.call("bench.faults.drains:drain", processes=processes, **order)

    def call(self, what: str, *, processes: int = 1, **given: Any) -> int:
        """Run module:function in a group of its own.

        It is called with the app, a list that is no longer empty once it should end, and `given`.

        :raises ChildProcessError: if there is nobody to make a copy of
        """
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        order = {"call": what, "processes": processes, "given": given}
        self.nursery.stdin.write(json.dumps(order) + "\n")
        self.nursery.stdin.flush()
        answer = self.nursery.stdout.readline()
        if not answer:
            raise ChildProcessError("The nursery has ended; drains.log says why.")
        self.groups.append(int(answer))
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

    def end(self, group: int, *, within: float = ENDS_WITHIN) -> None:
        """Wait for a group that ends by itself."""
        self.wait(group, within=within)
        self.groups.remove(group)

    def wait(self, group: int, *, within: float = ENDS_WITHIN) -> None:
        """Wait until a group has ended.

        :raises TimeoutError: if it does not
        """
        ends = time.monotonic() + within
        while time.monotonic() < ends:
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return
            time.sleep(0.005)
        raise TimeoutError(f"The group {group} did not end.")

    def stop(self) -> None:
        """Ask every group to end in order, with what it has in hand handed over."""
        for group in self.groups:
            with suppress(ProcessLookupError):  # one that ended by itself
                os.killpg(group, signal.SIGTERM)
        for group in self.groups:
            self.wait(group)
        self.groups.clear()


@contextmanager
def drains(place: Ground) -> Generator[Drains]:
    """Start groups out of the ground's nursery; every one is dead when this ends."""
    place.nursery = place.nursery or _open_nursery(place)
    found = Drains(place.nursery)
    try:
        yield found
    finally:
        for group in tuple(found.groups):
            found.kill(group)


def _open_nursery(place: Ground) -> "subprocess.Popen[str]":
    """Start the process that all groups are copies of; the end of its input ends it."""
    with (place.var / "drains.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "bench.faults.drains"],
            env=place.environ,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )


def main() -> None:
    """Read orders, one a line, and answer each with the number of the group."""
    from volunteer_hub.app import create_app

    app = create_app(BELLS_SILENT=True)
    import workers.messages  # noqa: F401  (every copy has it)

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries the dead
    for order in sys.stdin:
        first = os.fork()
        if not first:
            os.setpgid(0, 0)
            _lead(app, **json.loads(order))
        with suppress(OSError):  # it was quicker itself
            os.setpgid(first, first)
        print(first, flush=True)


def _lead(app: Flask, call: str, processes: int, given: dict[str, Any]) -> None:
    """Be the whole group: this process and its copies do the same; never returns."""
    os.close(sys.stdin.fileno())
    for _ in range(processes - 1):
        if not os.fork():
            break
    stopping: list[bool] = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
    module, _, name = call.partition(":")
    work: Callable[..., None] = getattr(import_module(module), name)
    try:
        work(app, stopping, **given)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


def drain(app: Flask, stopping: list[bool], *, once: bool, trap: str) -> None:
    """Deliver tick by tick, or once."""
    if trap:
        from bench.faults import traps

        traps.lay(trap)
    while not stopping:
        _tick(app)
        if once:
            break
        time.sleep(TICK)


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
