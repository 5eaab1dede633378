"""The two ways people come: all at the same moment, or one after another."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.bare import Taken
from bench.serving import NO_ANSWER, Wire


@dataclass
class Side:
    """One way to join: who joins, how, and how many places were given at the end."""

    name: str
    people: Sequence[int]  # their numbers, from nought
    new_shift: Callable[[], int]
    join: Callable[[int, int], bool]  # whose number, which shift; whether the answer was right
    count: Callable[[int], tuple[int, int]]  # how many have a place, how many stand in line
    keeps_line: bool = True
    taken: Taken = field(default_factory=Taken)
    errors: int = 0
    given: list[tuple[int, int]] = field(default_factory=list)

    def rush(self) -> None:
        """Let everybody join a new shift at the same moment."""
        shift_id = self.new_shift()
        gate = threading.Barrier(len(self.people) + 1)

        def one(number: int) -> None:
            gate.wait()
            self._count(lambda: self.join(number, shift_id))

        threads = [threading.Thread(target=one, args=(number,)) for number in self.people]
        for thread in threads:
            thread.start()
        gate.wait()
        began = time.perf_counter()
        for thread in threads:
            thread.join()
        self.taken.rushes.append(time.perf_counter() - began)
        confirmed, waiting = self.count(shift_id)
        self.given.append((confirmed, waiting))
        if self.keeps_line:
            self.errors += abs(len(self.people) - confirmed - waiting)

    def forget(self) -> None:
        """Drop what was measured while it warmed up."""
        self.taken, self.errors, self.given = Taken(), 0, []

    def _count(self, do: Callable[[], bool]) -> None:
        began = time.perf_counter()
        try:
            good = do()
        except NO_ANSWER:
            good = False
        self.errors += not good
        self.taken.calls.append(time.perf_counter() - began)


@dataclass
class Reading:
    """A list that some readers open again and again, each as soon as the last answer is there."""

    name: str
    wires: Sequence[Wire]
    path: str
    row: str = ""  # the pattern of an address that stands on the page once or more for each row
    taken: Taken = field(default_factory=Taken)
    errors: int = 0
    page: bytes = b""

    def read(self, requests: int) -> None:
        left = iter(range(requests))
        for wire in self.wires:
            wire.connection.close()  # the server may have closed it since the turn before

        def one(wire: Wire) -> None:
            for _ in left:
                began = time.perf_counter()
                try:
                    answer = wire.get(self.path)
                except NO_ANSWER:
                    self.errors += 1
                else:
                    self.errors += answer.status != 200
                    self.page = answer.body
                self.taken.calls.append(time.perf_counter() - began)

        threads = [threading.Thread(target=one, args=(wire,)) for wire in self.wires]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.taken.rushes.append(time.perf_counter() - began)

    @property
    def rate(self) -> float:
        """Say how many requests were answered a second."""
        return len(self.taken.calls) / sum(self.taken.rushes)
