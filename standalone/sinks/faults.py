"""What may be made to go wrong on the receiving side, so that drills and tests can watch."""

import asyncio
import random
import threading
from dataclasses import dataclass, field

WAITS = 30.0  # seconds a test waits for a step before it gives up


class Gate:
    """A step at which the server stops until it is let through."""

    def __init__(self) -> None:
        self._reached, self._opened = threading.Event(), threading.Event()

    def wait(self) -> None:
        """Wait, in the test, until the server has come to the gate.

        :raises TimeoutError: if it does not come
        """
        if not self._reached.wait(WAITS):
            raise TimeoutError("The server did not reach the gate.")

    def open(self) -> None:
        self._opened.set()

    async def pass_through(self) -> None:
        self._reached.set()
        while not self._opened.is_set():
            await asyncio.sleep(0.005)


@dataclass
class Faults:
    """How this server misbehaves; shares are between 0 and 1.

    Steps of mail that can be gated: hello, recipient, data (before 354), accepted (kept, not yet
    answered). Steps of SMS: submit, accepted, receipt, deliver.
    """

    delay: float = 0.0  # seconds before each answer; in mail there are four to a letter
    refuse: float = 0.0  # the share answered with "try again later"
    lose: float = 0.0  # the share accepted and kept, whose answer never comes
    hang_up: bool = False  # close the connection after each letter
    pipelining: bool = True  # mail: announce that several commands may be said in one go
    seed: int = 0
    answers: dict[str, str] = field(
        default_factory=dict
    )  # recipient → answer in place of 250 or OK
    data_answers: dict[str, str] = field(default_factory=dict)  # recipient → answer after DATA
    gates: dict[str, Gate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311

    def refuses(self) -> bool:
        return self._dice.random() < self.refuse

    def loses(self) -> bool:
        return self._dice.random() < self.lose

    def gate(self, step: str) -> Gate:
        """Make the next to come to this step stop there."""
        self.gates[step] = Gate()
        return self.gates[step]

    async def at(self, step: str) -> None:
        """Stop here if this step is gated; one gate stops one message."""
        gate = self.gates.pop(step, None)
        if gate is not None:
            await gate.pass_through()
