"""The two ways people come: all at the same moment, or one after another."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bench.bare import Taken
from bench.ephios.crowd import Answer, ask_all, request
from bench.serving import Wire

Way = Callable[[int], list[tuple[float, bool]]]


@dataclass
class Side:
    """One way to join: how all join one shift, and how many places were given at the end."""

    name: str
    asked: str  # in words
    people: int
    new_shift: Callable[[], int]
    join_all: Way  # which shift; for everybody the seconds and whether the answer was right
    count: Callable[[int], tuple[int, int]]  # how many have a place, how many stand in line
    keeps_line: bool = True
    taken: Taken = field(default_factory=Taken)
    errors: int = 0
    given: list[tuple[int, int]] = field(default_factory=list)

    def rush(self) -> None:
        """Let everybody join a new shift at the same moment."""
        shift_id = self.new_shift()
        began = time.perf_counter()
        answers = self.join_all(shift_id)
        self.taken.rushes.append(time.perf_counter() - began)
        self.taken.calls += [seconds for seconds, _good in answers]
        self.errors += sum(not good for _seconds, good in answers)
        confirmed, waiting = self.count(shift_id)
        self.given.append((confirmed, waiting))
        if self.keeps_line:
            self.errors += abs(self.people - confirmed - waiting)

    def forget(self) -> None:
        """Drop what was measured while it warmed up."""
        self.taken, self.errors, self.given = Taken(), 0, []


def by_http(
    port: int, write: Callable[[int, int], bytes], people: int, *, good: Callable[[Answer], bool]
) -> Way:
    """Join by requests; `write` writes the one of somebody's number for a shift."""

    def join_all(shift_id: int) -> list[tuple[float, bool]]:
        written = [write(number, shift_id) for number in range(people)]
        answers = ask_all(port, [iter([one]) for one in written])
        return [(answer.seconds, good(answer)) for answer in answers]

    return join_all


def by_threads(do: Callable[[int, int], None], people: int) -> Way:
    """Join by a call of each person's own thread."""

    def join_all(shift_id: int) -> list[tuple[float, bool]]:
        gate, taken = threading.Barrier(people), [0.0] * people

        def one(number: int) -> None:
            gate.wait()
            began = time.perf_counter()
            do(number, shift_id)
            taken[number] = time.perf_counter() - began

        threads = [threading.Thread(target=one, args=(number,)) for number in range(people)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [(seconds, seconds > 0) for seconds in taken]

    return join_all


def _until(ends: float, written: bytes) -> Iterator[bytes]:
    while time.perf_counter() < ends:
        yield written


@dataclass
class Reading:
    """A list that some readers open again and again, each as soon as the last answer is there."""

    name: str
    asked: str  # in words
    port: int
    wires: Sequence[Wire]
    path: str
    row: str = ""  # the pattern of an address that stands on the page once or more for each row
    taken: Taken = field(default_factory=Taken)
    errors: int = 0
    page: bytes = b""

    def read(self, seconds: float) -> None:
        """Let everybody ask as often as they can in this time; who has asked still hears."""
        written = [request(wire, "GET", self.path) for wire in self.wires]
        began = time.perf_counter()
        answers = ask_all(self.port, [_until(began + seconds, one) for one in written])
        self.taken.rushes.append(time.perf_counter() - began)
        self.taken.calls += [answer.seconds for answer in answers]
        self.errors += sum(answer.status != 200 for answer in answers)
        self.page = answers[-1].body

    @property
    def rate(self) -> float:
        """Say how many requests were answered a second."""
        return len(self.taken.calls) / sum(self.taken.rushes)
