"""Look how the coming shifts stand, and tell who watches them what has changed.

What is seen, what was told and the letters about it are written together: killed at any moment,
the next look finds either all of it or nothing. Two never look at once.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.nights import is_quiet
from volunteer_hub.people.queries.readers import readers_of
from volunteer_hub.shifts.models import Shift
from volunteer_hub.watches import letters, rules
from volunteer_hub.watches.models import ShiftCondition, Watch
from volunteer_hub.watches.queries import conditions
from volunteer_hub.watches.queries import watches as queries

AT_ONCE = 500  # rows in one statement


class Change(NamedTuple):
    """What is new about a shift, as the wishes that it answers."""

    news: frozenset[str]
    revision: int


def look(*, now: datetime) -> int:
    """Note how shifts stand; tell each person in one letter what has stood for ten minutes.

    At night nothing is told: what still holds in the morning is told then.

    :returns: how many people are told; 0 also if somebody else is looking
    """
    if not conditions.try_lock_looking():
        return 0
    _forget(conditions.ids_over(now=now))
    awake, noted, changes = not is_quiet(now, zone()), list[dict[str, Any]](), dict[int, Change]()
    for one in conditions.list_standing(now=now):
        condition = rules.condition_of(one.staffing, starts_at=one.starts_at, now=now)
        known, revision = rules.look(one.known, condition or rules.ENOUGH, now=now), one.revision
        if awake and rules.is_due(known, now=now):
            revision += 1
            news = rules.news_of(told=known.told, seen=known.seen)
            changes[one.shift_id] = Change(news, revision)
            known = replace(known, told=known.seen)
        if known != one.known:
            noted.append({"shift_id": one.shift_id, **asdict(known), "revision": revision})
    _note(noted)
    return _tell({shift_id: one for shift_id, one in changes.items() if one.news}, now=now)


def _forget(shift_ids: Sequence[int]) -> None:
    if shift_ids:
        gone = delete(ShiftCondition).where(ShiftCondition.shift_id.in_(shift_ids))
        db.session.execute(gone, execution_options={"synchronize_session": False})


def _note(rows: Sequence[dict[str, Any]]) -> None:
    for first in range(0, len(rows), AT_ONCE):
        new = insert(ShiftCondition).values(list(rows[first : first + AT_ONCE]))
        again = {name: new.excluded[name] for name in ("told", "seen", "since", "revision")}
        which = [ShiftCondition.shift_id]
        db.session.execute(new.on_conflict_do_update(index_elements=which, set_=again))


def _tell(changes: dict[int, Change], *, now: datetime) -> int:
    if not changes:
        return 0
    shifts, watches = conditions.list_shifts(changes), defaultdict[int, list[Watch]](list)
    for watch in queries.lock_watching(shifts):
        watches[watch.person_id].append(watch)
    serving = queries.pairs_of_serving(changes, watches)
    lines = {person_id: list[letters.Line]() for person_id in watches}
    for shift in shifts:
        news, revision = changes[shift.id]
        for person_id, mine in watches.items():
            wishes = {wish for watch in _about(shift, mine) for wish in watch.wishes}
            serves = (person_id, shift.id) in serving
            wish = rules.worth_telling(news, wishes, serves=serves)
            if wish:
                lines[person_id].append(letters.Line(shift, wish, revision))
    lines = {person_id: told for person_id, told in lines.items() if told}
    readers = readers_of([watches[one][0].person for one in lines], kind=letters.NEWS)
    for person_id, told in lines.items():
        about = [w for w in watches[person_id] if any(_about(line.shift, [w]) for line in told)]
        letters.news(readers[person_id], told, watches=about, now=now)
    return len(lines)


def _about(shift: Shift, watches: Sequence[Watch]) -> list[Watch]:
    """Choose the watches that cover the shift."""
    there = rules.Subject(shift.place.path, shift.activity.series_id)
    return [watch for watch in watches if rules.covers(watch.subject, there)]
