"""Begin, pause and stop to help every time."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from volunteer_hub.activities.rules.life import ensure_runs
from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.database import attempt, db, violated
from volunteer_hub.foundation.language import local_day
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.people.models import Person
from volunteer_hub.signups.actions.joining import leave
from volunteer_hub.signups.queries.signups import lock_person
from volunteer_hub.standing import letters, rules
from volunteer_hub.standing.actions.filling import fill_order
from volunteer_hub.standing.models import StandingOrder
from volunteer_hub.standing.queries import orders as queries
from volunteer_hub.standing.queries.series import Task, get_series

ONE_RUNS = "uq_standing_order_running"


def begin(
    *,
    series_id: int,
    person: Person,
    task: Task | None,
    weekdays: Sequence[int],
    begins_on: date,
    ends_on: date | None,
    now: datetime,
) -> StandingOrder:
    """Promise to help every time; the person is signed up for the next shifts at once and told of
    all of them in one letter.

    :param task: what to do; None: whatever is needed
    :param weekdays: only on these days of the week; empty: on all
    :raises NotFound: if there is no such series
    :raises SeriesHasEnded: if staff ended it
    :raises OrderRunsAlready: if the person helps with this task already
    :raises BrokenInput: naming begins_on, ends_on or weekdays
    """
    series = get_series(series_id)
    ensure_runs(series.state)
    rules.ensure_span(begins_on, ends_on, today=local_day(now))
    rule = series.recurrence
    rules.ensure_weekdays(weekdays, offered=rules.weekdays_of(rule.frequency, rule.weekdays))
    lock_person(person.id)
    order = StandingOrder(
        person=person,
        series=series,
        **(task._asdict() if task else {}),
        weekdays=sorted(set(weekdays)) or None,
        begins_on=begins_on,
        ends_on=ends_on,
        made_at=now,
    )
    _add(order)
    tried = fill_order(order=order, now=now)
    letters.began(order, person=person, tried=tried, now=now)
    _record("began-standing", order, shifts=len(tried))
    return order


def pause(
    *,
    order_id: int,
    by: int,
    away_from: date,
    away_to: date,
    giving_back: bool,
    now: datetime,
) -> int:
    """Leave some days out, both ends included; another pause takes the place of an earlier one.

    :param giving_back: also the places one has on these days
    :returns: how many places were given back
    :raises NotFound: unless it is the caller's own
    :raises OrderIsStopped:
    :raises BrokenInput: naming away_to
    """
    order = _hold(order_id, by=by)
    rules.ensure_away(away_from, away_to, today=local_day(now))
    order.away_from, order.away_to = away_from, away_to
    db.session.flush()
    within = {"since": away_from, "until": away_to}
    return _give_back(order, now=now, **within) if giving_back else 0


def resume(*, order_id: int, by: int) -> StandingOrder:
    """Take a pause back. Places that were given back stay so; the others come again.

    :raises NotFound: unless it is the caller's own
    :raises OrderIsStopped, NotAway:
    """
    order = _hold(order_id, by=by)
    if order.away_from is None:
        raise rules.NotAway
    order.away_from = order.away_to = None
    db.session.flush()
    return order


def stop(*, order_id: int, by: int, giving_back: bool, now: datetime) -> int:
    """Help no more from now on.

    :param giving_back: also the places one has
    :returns: how many places were given back
    :raises NotFound: unless it is the caller's own
    :raises OrderIsStopped:
    """
    order = _hold(order_id, by=by)
    order.state, order.stopped_at = "stopped", now
    db.session.flush()
    letters.call_back(order)
    _record("stopped-standing", order)
    return _give_back(order, now=now) if giving_back else 0


def _hold(order_id: int, *, by: int) -> StandingOrder:
    """Hold the person, read the order as it is now, and make sure that it runs."""
    lock_person(by)
    order = queries.get_order(order_id)
    if order.person_id != by:
        raise NotFound
    rules.ensure_runs(order.state)
    return order


def _add(order: StandingOrder) -> None:
    try:
        with attempt():
            db.session.add(order)
    except IntegrityError as error:
        if violated(error) != ONE_RUNS:
            raise
        raise rules.OrderRunsAlready from error


def _give_back(order: StandingOrder, *, now: datetime, **within: Any) -> int:
    given = queries.ids_of_promises(order.id, now=now, **within)
    for signup_id in given:
        leave(signup_id=signup_id, now=now, by=order.person_id, by_staff=False)
    return len(given)


def _record(verb: str, order: StandingOrder, **facts: Any) -> None:
    path, thing = order.series.place.path, f"standing:{order.id}"
    record(verb, thing, place_path=path, actor_id=order.person_id, **facts)
