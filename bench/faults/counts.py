"""The five counts of every drill: the receiving servers' logs beside the outbox."""

import base64
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any

from bench.faults.ground import Ground

LETTERS = """
select id, channel, message_id, address, subject, body_text, state, due_at, reason
from message where due_at <= clock_timestamp() order by id"""
CALLED_BACK = ("cancelled", "superseded", "suppressed")


@dataclass
class Counts:
    """What became of all that was due; `limit` is how many may be unknown."""

    due: int
    lost: int
    twice: int
    unknown: int
    unknown_arrived: int
    limit: int
    wrong: int
    late: list[float]  # seconds of every letter that arrived, sorted
    promise: float  # seconds
    states: dict[str, int]
    broken: list[str] = field(default_factory=list)  # whatever else was promised and not kept

    def lines(self) -> str:
        late = self.late or [0.0]
        worst, p99 = late[-1], late[(len(late) - 1) * 99 // 100]
        beyond = sum(one > self.promise for one in self.late)
        states = ", ".join(f"{state} {count}" for state, count in sorted(self.states.items()))
        return "\n".join(
            (
                f"  {self.due} were due, {len(self.late)} arrived; {states}",
                f"  lost {self.lost}, twice {self.twice}, unknown {self.unknown} of at most"
                f" {self.limit} ({self.unknown_arrived} of them had arrived), wrong content"
                f" {self.wrong}, late beyond {self.promise:.0f} s {beyond}"
                f" (99 % within {p99:.1f} s, worst {worst:.1f} s)",
                *(f"  BROKEN: {what}" for what in self.broken),
            )
        )

    @property
    def kept(self) -> bool:
        """Tell whether the promises held. Lateness decides nothing: it is this machine's."""
        bad = self.lost or self.twice or self.wrong or self.broken
        return not bad and self.unknown <= self.limit


def count(place: Ground, *, limit: int, promise: float, broken: Iterable[str] = ()) -> Counts:
    """Compare what was due with what was accepted."""
    arrived = _arrivals(place)
    letters = place.ask(LETTERS)
    said, late = list(broken), list[float]()
    lost = twice = wrong = unknown_arrived = 0
    for letter in letters:
        number, channel, message_id, address, _, body, state, due_at, reason = letter
        key = message_id if channel == "email" else (address.removeprefix("+"), body)
        came = arrived.pop(key, [])
        if not came:
            is_lost = state not in (*CALLED_BACK, "unknown")
            lost += is_lost
            if is_lost:
                said.append(f"message {number} is lost: {state}, {reason}")
            continue
        twice += len(came) > 1
        wrong += state in CALLED_BACK or any(not _is_sealed(one, letter) for one in came)
        unknown_arrived += state == "unknown"
        late.append(max(0.0, (_moment(came[0]) - due_at).total_seconds()))
    states = Counter(letter[6] for letter in letters)
    return Counts(
        due=len(letters),
        lost=lost,
        twice=twice,
        unknown=states["unknown"],
        unknown_arrived=unknown_arrived,
        limit=limit,
        wrong=wrong + len(arrived),  # what nobody posted, or with other words
        late=sorted(late),
        promise=promise,
        states=dict(states),
        broken=said,
    )


def _arrivals(place: Ground) -> dict[Any, list[dict[str, Any]]]:
    """Sort by letter: mails by Message-ID, text messages by number and words."""
    arrived: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for mail in place.arrivals("email"):
        arrived[mail["message_id"]].append(mail)
    for text in place.arrivals("sms"):
        arrived[text["to"], text["text"]].append(text)
    return arrived


def _is_sealed(arrival: dict[str, Any], letter: tuple[Any, ...]) -> bool:
    """Tell whether a mail went where its letter says, with subject and words as they were sealed.

    A text message was found by number and words already.
    """
    _, channel, _, address, subject, body, *_ = letter
    if channel == "sms":
        return True
    mail = message_from_bytes(base64.b64decode(arrival["raw"]), policy=policy.default)
    plain = mail.get_body(("plain",))
    words = plain.get_content() if plain is not None else ""
    same = " ".join(words.split()) == " ".join(body.split())
    return arrival["to"] == [address] and mail["Subject"] == subject and same


def _moment(arrival: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(arrival["at"])
