"""F10: shifts are moved and cancelled, people leave, come back and opt out, while letters leave.

python -m bench.faults.f10 --count 5000 --seed 7
"""

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bench.faults.counts import CALLED_BACK, Counts, arrivals_of_letters, count
from bench.faults.drains import drains
from bench.faults.drill import play, settle
from bench.faults.ground import Ground
from bench.faults.town import build_town, deeds
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.messages.rules.kinds import ALWAYS_GO

SIZES = {"count": 5000, "workers": 10, "clients": 4, "people": 400, "shifts": 120, "capacity": 6}
SIZES |= {"delay": 0.005, "spread": 90.0}
PROMISE = 75.0  # seconds: a lease, and a tick
ENDS_WITHIN = 900.0  # seconds until every client has done its share
SOON = timedelta(hours=24, seconds=5)  # the day's reminders of the shifts fall due meanwhile
NOTICES = {"move": "shift-changed", "cancel": "shift-cancelled"}
LETTERS = """
select id, topic, recipient_id, channel, kind, revision, state, posted_at,
  (select max(started_at) from attempt where message_id = message.id
   and phase in ('sending', 'answered')) from message order by id"""


class Letter(NamedTuple):
    """A letter as the outbox knows it; `claimed_at` of the attempt with which it left."""

    id: int
    topic: str
    recipient_id: int
    channel: str
    kind: str
    revision: int
    state: str
    posted_at: datetime
    claimed_at: datetime | None


def drill(place: Ground, given: argparse.Namespace) -> Counts:
    """Let clients and drains race, then compare what arrived with what was acknowledged."""
    dice = random.Random(given.seed)
    place.start_sinks(delay=given.delay)
    begins = utc_now() + SOON
    starts = [
        begins + timedelta(seconds=dice.uniform(0, given.spread)) for _ in range(given.shifts)
    ]
    people, shifts = build_town(place, people=given.people, starts=starts, capacity=given.capacity)
    logs = [place.var / f"f10-{given.seed}-{number}.log" for number in range(given.clients)]
    with drains(place) as found:
        for _ in range(given.workers):
            found.start()
        clients = [
            found.call(
                "bench.faults.volunteers:mix",
                log=str(log),
                people=people[number :: given.clients],
                shifts=shifts,
                seed=given.seed * 1000 + number,
                count=given.count // given.clients,
            )
            for number, log in enumerate(logs)
        ]
        for client in clients:
            found.end(client, within=ENDS_WITHIN)
        if not given.leap:
            settle(place, leap=False, seconds=240)
        found.stop()
    if given.leap:
        settle(place, leap=True)
    done = deeds(*logs)
    print(f"  {summary(done)}", flush=True)
    broken = broken_words(place, done)
    if sum(deed["what"] == "end" for deed in done) < given.clients:
        broken.append(f"a client broke: {(place.var / 'drains.log').read_text()[-2000:]}")
    return count(place, limit=0, promise=PROMISE, broken=broken)


def summary(done: list[dict[str, Any]]) -> str:
    """Say what was done how often."""
    acted = Counter(deed["what"] for deed in done if deed["at"])
    said = ", ".join(f"{what} {times}" for what, times in sorted(acted.items()))
    refused, errors = (sum(word in deed for deed in done) for word in ("refused", "error"))
    return f"{said}; refused {refused}, errors {errors}"


def broken_words(place: Ground, done: list[dict[str, Any]]) -> list[str]:
    """Name every letter that should not have left, and every notice that came not exactly once."""
    letters = [Letter(*row) for row in place.ask(LETTERS)]
    about: dict[str, list[Letter]] = defaultdict(list)
    to: dict[int, list[Letter]] = defaultdict(list)
    for letter in letters:
        about[letter.topic].append(letter)
        to[letter.recipient_id].append(letter)
    came = {number: len(share) for number, share in arrivals_of_letters(place).items()}
    broken = list[str]()
    for deed in done:
        if not deed["at"]:
            continue
        theirs = about[f"shift:{deed['shift']}"] if "shift" in deed else to[deed["person"]]
        broken += (f"{deed}: {letter} left after it" for letter in left_after(deed, theirs))
        if deed["what"] in NOTICES:
            broken += notices(deed, theirs, came, done)
    return broken


def left_after(deed: dict[str, Any], letters: list[Letter]) -> Iterator[Letter]:
    """Give what was taken into hand after a deed that forbids it."""
    at = datetime.fromisoformat(deed["at"])
    for letter in letters:
        older = letter.revision < deed.get("revision", 0)
        unwanted = letter.channel == deed.get("channel") and letter.kind not in ALWAYS_GO
        unwanted = unwanted and deed["kind"] in ("", letter.kind)
        before = letter.recipient_id == deed.get("person") and letter.posted_at < at
        after = letter.claimed_at is not None and letter.claimed_at > at
        if after and (older or unwanted or (before and "left" in deed)):
            yield letter


def notices(
    deed: dict[str, Any],
    letters: list[Letter],
    came: dict[int, int],
    done: list[dict[str, Any]],
) -> Iterator[str]:
    """Say who was not told exactly once on each channel that a shift was moved or cancelled.

    Who left, or was told something newer of the shift, before the notice went needs it no more.
    """
    silent = {one["person"] for one in done if one.get("channel") == "sms"}
    for person in deed["people"]:
        theirs = [letter for letter in letters if letter.recipient_id == person]
        told = [
            letter
            for letter in theirs
            if letter.kind == NOTICES[deed["what"]] and letter.revision == deed["revision"]
        ]
        by = Counter(letter.channel for letter in told)
        if by["email"] != 1 or by["sms"] not in ((0, 1) if person in silent else (1,)):
            yield f"{deed['what']} of {deed['shift']}: {person} was written to {dict(by)}"
        for letter in told:
            if letter.state in CALLED_BACK:
                newer = any(one.id > letter.id and came.get(one.id) for one in theirs)
                if not newer and not _left(person, deed, done):
                    yield f"{letter} was called back, and nothing newer came"
            elif came.get(letter.id, 0) != 1:
                yield f"{letter} came {came.get(letter.id, 0)} times"


def _left(person: int, deed: dict[str, Any], done: list[dict[str, Any]]) -> bool:
    return any(
        one.get("left") and one["person"] == person and one["shift"] == deed["shift"]
        and one["at"] > deed["at"]
        for one in done
    )  # fmt: skip


def run(arguments: list[str]) -> None:
    play(__doc__, drill, SIZES, arguments)


if __name__ == "__main__":
    run(sys.argv[1:])
