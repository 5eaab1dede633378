"""Begin to watch a place or a series, change what one hears of, and end it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from volunteer_hub.foundation.database import attempt, db, violated
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.watches import letters, rules
from volunteer_hub.watches.models import Watch
from volunteer_hub.watches.queries import watches as queries

ONE_AT_A_TIME = ("uq_watch_place", "uq_watch_series")


def begin(
    *,
    person_id: int,
    wishes: Collection[str],
    now: datetime,
    place_id: int | None = None,
    series_id: int | None = None,
) -> Watch:
    """Watch a place with all below it, or a series; what is watched already hears of this now.

    :raises BrokenInput: naming understaffed, if nothing is to be told
    """
    rules.ensure_wants_something(wishes)
    subject = {"place_id": place_id, "series_id": series_id}
    known = queries.lock_live(person_id, **subject)
    if known is None:
        try:
            with attempt():
                made = Watch(person_id=person_id, created_at=now, **subject, **_boxes(wishes))
                db.session.add(made)
            return made
        except IntegrityError as error:  # pressed twice at the same moment
            if violated(error) not in ONE_AT_A_TIME:
                raise
            known = queries.lock_live(person_id, **subject)
    if known is None:
        raise rules.WatchHasEnded
    _set(known, wishes)
    return known


def change(*, watch_id: int, by: int, wishes: Collection[str]) -> Watch:
    """Hear of other things from now on.

    :raises NotFound: unless it is the caller's own
    :raises WatchHasEnded:
    :raises BrokenInput: naming understaffed, if nothing is to be told
    """
    watch = _lock_own(watch_id, by)
    rules.ensure_wants_something(wishes)
    _set(watch, wishes)
    return watch


def end(*, watch_id: int, by: int, now: datetime) -> Watch:
    """Hear nothing from it any more; with the last one, what is on its way is stopped too.

    :raises NotFound: unless it is the caller's own
    :raises WatchHasEnded:
    """
    watch = _lock_own(watch_id, by)
    watch.ended_at = max(now, watch.created_at)  # two machines' clocks may differ
    db.session.flush()
    if not queries.ids_live(by):
        letters.call_back(by)
    return watch


def _lock_own(watch_id: int, by: int) -> Watch:
    watch = queries.lock_watch(watch_id)
    if watch.person_id != by:
        raise NotFound
    if watch.ended_at is not None:
        raise rules.WatchHasEnded
    return watch


def _set(watch: Watch, wishes: Collection[str]) -> None:
    for name, wanted in _boxes(wishes).items():
        setattr(watch, name, wanted)
    db.session.flush()


def _boxes(wishes: Collection[str]) -> dict[str, bool]:
    return {wish: wish in wishes for wish in rules.WISHES}
