"""What every client of the storm is: a process with a share of the people, and a log of answers."""

import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from ctypes import Array, c_bool, c_double
from pathlib import Path
from typing import NamedTuple

import psycopg

OWN = "select id, person_id from signup where person_id = any(%s) and ended_at is null"


class Share(NamedTuple):
    """What one client may use: these people and no others, but every shift."""

    number: int
    seed: int
    url: str
    port: int
    people: Sequence[int]
    tokens: Mapping[int, str]  # of its people
    shifts: Sequence[int]
    log: Path
    ready: "Array[c_bool]"  # one of each client; the storm begins when all are
    ends: c_double  # on time.time(), which all processes share; 0 before it has begun


class Client:
    """One who joins and leaves until the time is over; the subclass knows how."""

    steps: Mapping[str, int]  # what it does, and how often

    def __init__(self, share: Share) -> None:
        self.share, self.dice = share, random.Random(share.seed)
        self.log = os.open(share.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.look = psycopg.connect(share.url, autocommit=True)
        own = self.look.execute(OWN, (list(share.people),)).fetchall()
        self.own: dict[int, int] = dict(own)  # what it knows of: another before it may have died

    def run(self) -> None:
        self.share.ready[self.share.number] = c_bool(True)
        while not self.share.ends.value:
            time.sleep(0.05)
        while time.time() < self.share.ends.value:
            (name,) = self.dice.choices(list(self.steps), list(self.steps.values()))
            step: Callable[[], str] = getattr(self, name)
            began = time.perf_counter()
            outcome = step()
            if outcome:
                taken = time.perf_counter() - began
                # One write, so that a kill leaves a whole line or none.
                os.write(self.log, f"{name} {outcome} {taken:.6f}\n".encode())

    def any_person(self) -> int:
        return self.dice.choice(self.share.people)

    def any_shift(self) -> int:
        """Choose a shift; the first ones are wanted much more than the last."""
        return self.share.shifts[int(len(self.share.shifts) * self.dice.random() ** 2)]

    def any_own(self) -> int | None:
        return self.dice.choice(list(self.own)) if self.own else None
