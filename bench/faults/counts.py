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
select id, channel, message_id, address, subject, body_text, state, due_at, reason,
  case on_unknown when 'hold' then 1 else 1 + (
    select count(*) from attempt where message_id = message.id and phase = 'sending') end
from message where due_at <= clock_timestamp() + interval '{ahead} seconds'
  or sent_at is not null order by id"""
TAKEN = ("sent", "delivered", "bounced", "complained")
CALLED_BACK = ("cancelled", "superseded", "suppressed")


@dataclass
class Counts:
    """What became of all that was due; `limit` is how many may be unknown."""

    due: int
    lost: int
    twice: int
    again: int  # the same bytes, once more for each answer that was lost: their kind is posted so
    unknown: int
    unknown_arrived: int
    limit: int
    wrong: int
    late: list[float]  # seconds of every letter that arrived, sorted
    promise: float  # seconds
    most: float  # seconds within which 99 of 100 shall arrive
    after: list[float]  # as `late`, but from the fault's end on where that came after it was due
    states: dict[str, int]
    broken: list[str] = field(default_factory=list)  # whatever else was promised and not kept

    def lines(self) -> str:
        late, after = self.late or [0.0], self.after or [0.0]
        worst, p99 = late[-1], after[(len(after) - 1) * 99 // 100]
        verdict = "" if p99 <= self.most else ": NO"
        beyond = sum(one > self.promise for one in self.late)
        states = ", ".join(f"{state} {count}" for state, count in sorted(self.states.items()))
        return "\n".join(
            (
                f"  {self.due} were due, {len(self.late)} arrived; {states}",
                f"  lost {self.lost}, twice {self.twice}, unknown {self.unknown} of at most"
                f" {self.limit} ({self.unknown_arrived} of them had arrived), wrong content"
                f" {self.wrong}, late beyond {self.promise:.0f} s {beyond}"
                f" (worst {worst:.1f} s)",
                f"  99 % within {p99:.1f} s of due and of the fault's end"
                f" (asked: {self.most:.0f} s{verdict})",
                *(
                    (f"  {self.again} came again with the same bytes, as posted",)
                    * bool(self.again)
                ),
                *(f"  BROKEN: {what}" for what in self.broken),
            )
        )

    @property
    def kept(self) -> bool:
        """Tell whether the promises held. Lateness decides nothing: it is this machine's."""
        bad = self.lost or self.twice or self.wrong or self.broken
        return not bad and self.unknown <= self.limit


def count(
    place: Ground,
    *,
    limit: int,
    promise: float,
    most: float = 60.0,
    fault_ended: datetime | None = None,
    broken: Iterable[str] = (),
    ahead: float = 0.0,
    may_miss: bool = False,
) -> Counts:
    """Compare what was due with what was accepted.

    :param most: seconds within which 99 of 100 shall arrive, once due and once the fault has ended
    :param ahead: seconds by which the clock was moved on
    :param may_miss: the fault lasts longer than some letters may wait
    """
    letters = place.ask(LETTERS.format(ahead=ahead))
    ended = (*CALLED_BACK, "unknown", "missed") if may_miss else (*CALLED_BACK, "unknown")
    shares, nobodys = _shares(letters, _arrivals(place))
    said, arrived = list(broken), list[tuple[datetime, dict[str, Any]]]()
    lost = twice = again = wrong = unknown_arrived = 0
    for letter in letters:
        number, state, due_at, reason, at_most = letter[0], *letter[6:]
        came = shares[number]
        if not came:
            if state not in ended:
                lost += 1
                said.append(f"message {number} is lost: {state}, {reason}")
            continue
        twice += len(came) > at_most
        again += 1 < len(came) <= at_most
        differ = len({one.get("raw") for one in came}) > 1
        is_wrong = state in CALLED_BACK or differ or not _is_sealed(came[0], letter)
        wrong += is_wrong
        if is_wrong or len(came) > at_most:
            said.append(f"message {number} came {len(came)} times: {state}, {reason}")
        unknown_arrived += state == "unknown"
        arrived.append((due_at, came[0]))
    said += [f"nobody posted {key}" for key in nobodys]
    states = Counter(letter[6] for letter in letters)
    return Counts(
        due=len(letters),
        lost=lost,
        twice=twice,
        again=again,
        unknown=states["unknown"],
        unknown_arrived=unknown_arrived,
        limit=limit,
        wrong=wrong + len(nobodys),  # what nobody posted, or with other words
        late=_late(arrived),
        promise=promise,
        most=most,
        after=_late(arrived, fault_ended),
        states=dict(states),
        broken=said,
    )


def arrivals_of_letters(place: Ground) -> dict[int, list[dict[str, Any]]]:
    """Give for the number of each letter that was due what arrived of it."""
    return _shares(place.ask(LETTERS.format(ahead=0)), _arrivals(place))[0]


def _shares(
    letters: list[tuple[Any, ...]], arrived: dict[Any, list[dict[str, Any]]]
) -> tuple[dict[int, list[dict[str, Any]]], list[Any]]:
    """Give each letter what arrived of it, and name what arrived of none.

    Text messages with the same words to the same number cannot be told apart: one each for those
    that were taken, then for those of which nobody knows; what is left came twice.
    """
    shares: dict[int, list[dict[str, Any]]] = {}
    groups: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
    for letter in letters:
        _, channel, message_id, address, _, body, *_ = letter
        key = message_id if channel == "email" else (address.removeprefix("+"), body)
        groups[key].append(letter)
    for key, group in groups.items():
        came = arrived.pop(key, [])
        group.sort(key=lambda letter: (letter[6] not in TAKEN, letter[6] != "unknown"))
        for letter in group:
            may_have = letter[6] in (*TAKEN, "unknown")
            shares[letter[0]] = [came.pop(0)] if came and may_have else []
        shares[group[0][0]] += came
    return shares, list(arrived)


def _arrivals(place: Ground) -> dict[Any, list[dict[str, Any]]]:
    """Sort by letter: mails by Message-ID, text messages by number and words."""
    arrived: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for mail in place.arrivals("email"):
        arrived[mail["message_id"]].append(mail)
    for text in (*place.arrivals("sms"), *place.arrivals("provider")):
        arrived[text["to"].removeprefix("+"), text["text"]].append(text)
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


def _late(
    arrived: list[tuple[datetime, dict[str, Any]]], fault_ended: datetime | None = None
) -> list[float]:
    """Say, sorted, how many seconds after it was due, or after the fault's end, each arrived."""
    found = []
    for due_at, arrival in arrived:
        since = max(due_at, fault_ended or due_at)
        came_at = datetime.fromisoformat(arrival["at"])
        found.append(max(0.0, (came_at - since).total_seconds()))
    return sorted(found)
