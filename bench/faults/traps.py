"""Processes that die, or stand still, at exactly one step of one letter's way.

Laid in the copy that a drill starts, around what the product calls there; no line of the product
knows of it. The last steps lie around the libraries themselves.
"""

import inspect
import os
import pkgutil
import signal
import smtplib
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from volunteer_hub.carriers import channels
from volunteer_hub.messages.rules.times import LEASE

STEPS = ("claimed", "prepared", "marked", "data", "answered", "recording")
END_OF_DATA = b"\r\n.\r\n"
LEAP = LEASE.total_seconds() + 1

Deed = Callable[[], None]


def lay(trap: str) -> None:
    """Lay a trap such as kill:marked; it strikes the first letter that comes by.

    claimed    the letter is ours, nothing was said to the other side
    prepared   the recipient was named, the mark was not written
    marked     the mark is stored, DATA or the submission was not begun
    data       half of the letter has left (mail only)
    answered   the other side has taken it and said so
    recording  that it was taken is written, and not yet stored
    """
    deed, _, step = trap.partition(":")
    strike = _once(DEEDS[deed])
    if step == "data":
        _in_the_middle(strike)
    for channel in _channels():
        if step in ("claimed", "prepared"):
            _around(channel, "prepare", strike, before=step == "claimed")
        elif step in ("marked", "answered"):
            _around(channel, "hand_over", strike, before=step == "marked")
        elif step == "recording":
            _around(channel, "hand_over", lambda: _at_the_next_commit(strike), before=False)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _stop_and_leap() -> None:
    """Stand still; on waking, find that more than a lease has passed."""
    _stop()
    real = time.monotonic
    time.monotonic = lambda: real() + LEAP


DEEDS: dict[str, Deed] = {"kill": _kill, "stop": _stop, "leap": _stop_and_leap}


def _once(deed: Deed) -> Deed:
    done: list[bool] = []

    def strike() -> None:
        if not done:
            done.append(True)
            deed()

    return strike


def _channels() -> Iterator[type]:
    """Find every class that can carry a letter."""
    for found in pkgutil.iter_modules(channels.__path__):
        module = import_module(f"{channels.__name__}.{found.name}")
        for _, one in inspect.getmembers(module, inspect.isclass):
            able = hasattr(one, "prepare") and hasattr(one, "hand_over")
            if able and one.__module__ == module.__name__ and one.__name__ != "Channel":
                yield one


def _around(owner: type, name: str, strike: Deed, *, before: bool) -> None:
    inner = getattr(owner, name)

    def outer(*args: Any, **kwargs: Any) -> Any:
        if before:
            strike()
        answer = inner(*args, **kwargs)
        if not before:
            strike()
        return answer

    setattr(owner, name, outer)


def _in_the_middle(strike: Deed) -> None:
    send = smtplib.SMTP.send

    def half(self: smtplib.SMTP, words: Any) -> None:
        if isinstance(words, bytes) and words.endswith(END_OF_DATA):
            send(self, words[: len(words) // 2])
            strike()
            words = words[len(words) // 2 :]
        send(self, words)

    smtplib.SMTP.send = half  # type: ignore[method-assign]


def _at_the_next_commit(strike: Deed) -> None:
    event.listen(Session, "before_commit", lambda _session: strike())
