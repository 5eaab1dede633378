from datetime import datetime
from typing import Any

from volunteer_hub.activities.models import Series
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place
from volunteer_hub.shifts.models import Shift
from volunteer_hub.watches.models import ShiftCondition, Watch
from volunteer_hub.watches.rules import WISHES


def make_watch(
    person: Person,
    *,
    place: Place | None = None,
    series: Series | None = None,
    wishes: tuple[str, ...] = WISHES,
    **more: Any,
) -> Watch:
    """A watch of a place or a series that wants to hear of everything."""
    boxes = {wish: wish in wishes for wish in WISHES}
    facts = {"created_at": utc_now(), **boxes, **more}
    watch = Watch(person=person, place=place, series=series, **facts)
    db.session.add(watch)
    db.session.flush()
    return watch


def make_condition(shift: Shift, *, since: datetime, **more: Any) -> ShiftCondition:
    """What is known of a shift: understaffed, seen since then, and told."""
    facts = {"seen": "understaffed", "told": "understaffed", "revision": 1}
    condition = ShiftCondition(shift_id=shift.id, since=since, **(facts | more))
    db.session.add(condition)
    db.session.flush()
    return condition
