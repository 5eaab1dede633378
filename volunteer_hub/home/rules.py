"""When is the service well?  Pure verdicts over what was observed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

OLDEST_POSTGRES = 15
QUIET_FOR = timedelta(seconds=30)  # a part unheard for longer is down
# A letter that waits out two or three failures of its carrier (30 s, 60 s, 120 s at most) is late,
# but the service still works; one that is due for longer shows that letters do not leave.
OVERDUE_AFTER = timedelta(minutes=5)
MARKET_DAY = 5  # the Sharing Market is held on the 5th of each month


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: fine or not, and what to do."""

    name: str
    fine: bool
    said: str


@dataclass(frozen=True, slots=True)
class Observed:
    """What the service looks like from inside, at one moment."""

    postgres: int  # major version
    encoding: str
    finds_chinese: bool  # trigrams of Chinese text exist
    revision: str | None
    newest_revision: str | None
    broker: bool
    beats: dict[str, datetime]
    oldest_due: datetime | None


def judge(seen: Observed, *, now: datetime) -> list[Check]:
    """Judge all checks, in the order in which faults cause each other."""
    return [
        Check(
            "database",
            seen.postgres >= OLDEST_POSTGRES,
            f"PostgreSQL {seen.postgres}; {OLDEST_POSTGRES} or later is needed.",
        ),
        Check(
            "text",
            seen.encoding == "UTF8" and seen.finds_chinese,
            "Chinese text can be searched."
            if seen.finds_chinese
            else "Chinese text cannot be searched: make the database with locale C.UTF-8.",
        ),
        Check(
            "migrations",
            seen.revision == seen.newest_revision,
            f"Revision {seen.revision}, newest {seen.newest_revision}; run hub db upgrade."
            if seen.revision != seen.newest_revision
            else f"Revision {seen.revision}.",
        ),
        Check(
            "broker",
            seen.broker,
            "The broker answers." if seen.broker else "The broker does not answer: see REDIS_URL.",
        ),
        _judge_beat("worker", "hub worker", seen.beats.get("worker"), now),
        _judge_beat("beat", "hub beat", seen.beats.get("beat"), now),
        _judge_letters(seen.oldest_due, now),
    ]


def _judge_beat(name: str, command: str, last: datetime | None, now: datetime) -> Check:
    if last is None:
        return Check(name, False, f"Never heard; start {command}.")
    silent = now - last
    fine = silent <= QUIET_FOR
    heard = f"Heard {max(int(silent.total_seconds()), 0)} s ago"
    return Check(name, fine, f"{heard}." if fine else f"{heard}; start {command}.")


def _judge_letters(oldest_due: datetime | None, now: datetime) -> Check:
    late = now - oldest_due if oldest_due else timedelta(0)
    if late <= OVERDUE_AFTER:
        return Check(
            "letters", True, f"No letter is overdue by more than {_minutes(OVERDUE_AFTER)}."
        )
    said = f"The oldest letter is overdue by {_minutes(late)}; see hub messages status."
    return Check("letters", False, said)


def _minutes(span: timedelta) -> str:
    return f"{int(span.total_seconds() // 60)} min"


def next_market(today: date) -> date:
    """Give the next 5th, today included."""
    if today.day <= MARKET_DAY:
        return today.replace(day=MARKET_DAY)
    return (today.replace(day=28) + timedelta(days=4)).replace(day=MARKET_DAY)


def last_market(today: date) -> date:
    """Give the 5th before the next one: the wheel turns from one to the other."""
    return (next_market(today).replace(day=1) - timedelta(days=1)).replace(day=MARKET_DAY)
