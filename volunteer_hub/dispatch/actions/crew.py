"""The carriers of one drain: who is free, and who takes which letter.

What is known of each is read with a claim and holds until the next; only what fails, recovers or
has a limit is written down.
"""

import logging
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy.exc import OperationalError

from volunteer_hub.carriers import actions as carriers
from volunteer_hub.carriers.channels.opening import open_channels, ways
from volunteer_hub.carriers.channels.outcome import (
    Channel,
    HandOverFailed,
    NotNow,
    Parcel,
)
from volunteer_hub.carriers.channels.ways import Way
from volunteer_hub.carriers.rules.health import choose, may_probe
from volunteer_hub.dispatch.actions import claiming
from volunteer_hub.foundation import bells
from volunteer_hub.foundation.database import transaction
from volunteer_hub.messages.actions import receiving
from volunteer_hub.messages.rules.states import LANE_CODES

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
SHORTEST_WAIT = 0.05  # seconds until one asks again for a token


class Crew:
    """Open channels by the carriers' names; one thread's own."""

    def __init__(self, clock: Clock) -> None:
        self.ways: Sequence[Way] = ways()
        self.channels: dict[str, Channel] = open_channels(
            self.ways,
            keep=receiving.keep_text,
            keep_receipts=partial(receiving.keep_receipts, clock=clock),
        )
        self.down: set[str] = set()  # failed in this run: not tried again by it
        self.troubled: set[str] = set()  # failed lately: a success is worth writing down
        self.seen: dict[str, carriers.Seen] = {}

    def look(self, *, now: datetime) -> None:
        """Read how all carriers are; part of the caller's transaction."""
        self.seen = dict(carriers.look(self.ways, now=now))
        self.troubled |= {one.name for one in self.seen.values() if one.in_a_row}

    def claim(self, *, now: datetime, lanes: Sequence[int], limit: int) -> list[Parcel]:
        """Take what is due and give each letter its carrier; part of the caller's transaction."""
        self.look(now=now)
        probes = self._probes(now)
        parcels: list[Parcel] = []
        endless, room = set[str](), dict[str, int]()
        for channel in sorted({way.channel for way in self.ways}):
            free = self.free(channel)
            if any(one.tokens is None for one in free):
                endless.add(channel)
            elif free:
                room[channel] = min(sum(int(one.tokens or 0) for one in free), limit)
            elif channel in probes:
                parcels += self._probe(probes.pop(channel), now, lanes)
        for those, most in ((endless, limit), *(({one}, most) for one, most in room.items())):
            if those and most:
                found = claiming.claim(now=now, channels=those, limit=most, lanes=lanes)
                parcels += self._assign(found, probes, now)
        claiming.begin(parcels, now=now)
        if len(parcels) >= limit:  # there may be more than one can carry: wake another
            bells.ring("codes-due" if max(lanes) == LANE_CODES else "messages-due")
        return sorted(parcels, key=lambda parcel: (parcel.lane, parcel.id))

    def free(self, channel: str, *, but: str = "") -> list[carriers.Seen]:
        """Give the carriers of a channel that may be used, with a token left if they need one."""
        return [
            one
            for one in self.seen.values()
            if one.channel == channel
            and one.name not in self.down | {but}
            and one.state == "closed"
            and (one.tokens is None or one.tokens >= 1)
        ]

    def thirsty(self) -> dict[str, float]:
        """Give channels that wait for a token alone, and how many seconds until there is one."""
        rates = {way.name: way.per_second for way in self.ways}
        return {
            one.channel: max(SHORTEST_WAIT, (1 - one.tokens) / (rates[one.name] or 1.0))
            for one in self.seen.values()
            if one.tokens is not None
            and one.tokens < 1
            and one.state == "closed"
            and one.name not in self.down
        }

    def beside(self, parcel: Parcel, *, now: datetime) -> str | None:
        """Name another free carrier for a letter that certainly did not leave, and take a token.

        Commits what it takes: call it outside of a transaction.
        """
        others = self.free(parcel.channel, but=parcel.carrier)
        if not others:
            return None
        name = self._choose(others)
        if self.seen[name].tokens is None:
            return name
        with transaction():
            return name if carriers.spend_one(name, now=now) else None

    def together(self, parcels: Sequence[Parcel]) -> list[Parcel]:
        """Name the first letter, and those that its carrier bears under way with it."""
        name = parcels[0].carrier
        at_once = getattr(self.channels[name], "at_once", 1)
        return [parcel for parcel in parcels if parcel.carrier == name][:at_once]

    def is_free(self, name: str) -> bool:
        """Tell whether this carrier may be asked again what became of a letter."""
        one = self.seen.get(name)
        return one is not None and one.state == "closed" and name not in self.down

    def note(self, parcel: Parcel, failure: HandOverFailed | None, *, clock: Clock) -> None:
        """Write down how the carrier itself did, if that is news.

        What was said of one letter alone, such as "later", says nothing of its carrier.
        """
        name = parcel.carrier
        if isinstance(failure, NotNow) and failure.channel_is_down:
            self.down.add(name)
            log.warning("The carrier %s is down: %s", name, failure.answer)
        elif failure is None or not failure.carrier_ails:
            if name in self.troubled and not isinstance(failure, NotNow):
                self.troubled.discard(name)
                _write(lambda: carriers.note_success(name))
            return
        self.troubled.add(name)
        beside = [way.name for way in self.ways if way.channel == parcel.channel]
        if _write(lambda: carriers.note_failure(name, beside=beside, now=clock())) != "closed":
            self.down.add(name)

    def _probes(self, now: datetime) -> dict[str, str]:
        """Name one carrier a channel that was left alone long enough to be tried."""
        return {
            one.channel: one.name
            for one in self.seen.values()
            if one.name not in self.down and may_probe(one.state, one.probe_at, now=now)
        }

    def _probe(self, name: str, now: datetime, lanes: Sequence[int]) -> list[Parcel]:
        """Try one letter with a carrier whose channel has no other."""
        if not carriers.take_probe(name, now=now):
            return []
        self.troubled.add(name)
        channel = {self.seen[name].channel}
        found = claiming.claim(now=now, channels=channel, limit=1, lanes=lanes)
        if not found:
            carriers.give_probe_back(name, now=now)
        return [replace(parcel, carrier=name) for parcel in found]

    def _assign(
        self, parcels: Sequence[Parcel], probes: dict[str, str], now: datetime
    ) -> list[Parcel]:
        """Choose by weight; the last letter of a channel tries the carrier that had rested."""
        assigned: list[Parcel] = []
        for parcel in reversed(parcels):
            name = probes.pop(parcel.channel, None)
            if name is None or not carriers.take_probe(name, now=now):
                name = self._choose(self.free(parcel.channel))
                self._use(name)
            else:
                self.troubled.add(name)
            assigned.append(replace(parcel, carrier=name))
        used = Counter(parcel.carrier for parcel in assigned)
        for name in sorted(used):
            if self.seen[name].tokens is not None:
                carriers.spend(name, tokens=used[name])
        return assigned

    def _use(self, name: str) -> None:
        one = self.seen[name]
        if one.tokens is not None:
            self.seen[name] = one._replace(tokens=one.tokens - 1)

    def _choose(self, those: Sequence[carriers.Seen]) -> str:
        if len(those) == 1:
            return those[0].name
        chance = random.random()  # noqa: S311
        return choose({one.name: one.weight for one in those}, chance=chance)


def _write(note: Callable[[], str]) -> str:
    """Write a carrier's health down; it may be lost with the database, letters come first."""
    try:
        with transaction():
            return note()
    except OperationalError as error:
        log.warning("A carrier's health could not be written down: %s", type(error).__name__)
        return "closed"
