"""The day board: who is coming, who is here, who is missing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_hub.attendance import policy
from volunteer_hub.attendance.actions import presence as actions
from volunteer_hub.attendance.forms import WalkInForm
from volunteer_hub.attendance.queries import board as queries
from volunteer_hub.attendance.queries import presence as presence_queries
from volunteer_hub.attendance.rules import presence as rules
from volunteer_hub.attendance.views.check_in import (
    blueprint,
    board_of,
    draw_code,
    shift_in_scope,
)
from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import day_span, utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import local_day, localized, say, zone
from volunteer_hub.foundation.limits import limiter
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries import get_person
from volunteer_hub.shifts.models import Shift

blueprints = (blueprint,)

FIRST_HOUR, LAST_HOUR = 7, 21  # what the lanes show at least
SHOWN = 12  # people on the roster before "show all"
MARKS = ("check_in", "check_out", "no_show", "excused", "undo")


@blueprint.get("/attendance/day")
@permits(policy.SEE_BOARD)
def today() -> Response:
    return redirect(url_for(".day", date=local_day(utc_now()).isoformat()))


@blueprint.get("/attendance/day/<date>")
@permits(policy.SEE_BOARD)
def day(date: str) -> str:
    """Show the day's shifts on one line of time, and the roster of one of them."""
    shown, now, actor = _read_day(date), utc_now(), current_actor()
    paths = actor.paths(policy.SEE_BOARD.roles or ())
    page = queries.page_lanes(day_span(shown, zone()), paths=paths, after=request.args.get("after"))
    lane = _chosen(page.items, now=now)
    path = lane.shift.place.path if lane else None
    may_mark = lane is not None and policy.MARK.allows(actor, path=path)
    return render_template(
        "attendance/day.html",
        day=shown,
        today=local_day(now),
        a_day=timedelta(days=1),
        places=[localized(place, "name") for place in queries.names_of(paths)],
        lanes=page,
        axis=_axis(page.items, shown),
        hour=lambda instant: _hour(instant, shown),
        lane=lane,
        roster=queries.list_roster(lane.shift, now=now) if lane else [],
        shown=None if "all" in request.args else SHOWN,
        may_mark=may_mark,
        may_see_hours=lane is not None and policy.SEE_HOURS.allows(actor, path=path),
        code=draw_code(lane.shift) if lane and may_mark else None,
    )


@blueprint.post("/attendance/shifts/<int:shift_id>/marks")
@permits(policy.MARK)
def mark(shift_id: int) -> Response:
    """Mark one person with one tap: the button's name is the mark, its value the person."""
    shift = shift_in_scope(shift_id, policy.MARK)
    back = board_of(shift)
    verb = next((mark for mark in MARKS if mark in request.form), "")
    person = get_person(request.form.get(verb, 0, type=int))
    try:
        with transaction():
            _do(verb, shift=shift, person=person, now=utc_now())
    except NotFound:
        raise
    except Refusal as refusal:
        flash(say(refusal), "error")
    return redirect(back, 303)


@blueprint.route("/attendance/shifts/<int:shift_id>/walk-in", methods=["GET", "POST"])
@limiter.limit("30 per minute", methods=["POST"])
@permits(policy.MARK)
def walk_in(shift_id: int) -> tuple[str, int]:
    """Look somebody up by number or phone; the number typed never stands in an address."""
    shift = shift_in_scope(shift_id, policy.MARK)
    form, person = WalkInForm(), None
    if form.validate_on_submit():
        person = presence_queries.find_person(form.number.data or "")
        if person is None:
            form.number.errors = [_("Nobody has this number. Check it, or ask for the phone.")]
        else:
            with transaction():
                audit.record("looked_up", f"person:{person.id}", place_path=shift.place.path)
    page = render_template(
        "attendance/walk_in.html", shift=shift, form=form, person=person, back=board_of(shift)
    )
    return page, 422 if form.errors else 200


def _do(verb: str, *, shift: Shift, person: Person, now: datetime) -> None:
    by = current_actor().person_id
    if verb == "check_in":
        actions.check_in(shift=shift, person=person, by=by, now=now)
    elif verb == "undo":
        actions.undo(shift=shift, person=person, by=by, now=now)
    elif verb == "check_out":
        presence = presence_queries.find_presence(shift.id, person.id)
        if presence is None:
            raise rules.NotCheckedIn(name=person.name)
        actions.check_out(presence_id=presence.id, by=by, now=now)
    else:
        actions.mark_absent(shift=shift, person=person, state=verb, by=by, now=now)


def _read_day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error
    if day.isoformat() != text:
        raise NotFound
    return day


def _chosen(lanes: Sequence[queries.Lane], *, now: datetime) -> queries.Lane | None:
    """Pick the lane asked for; else what runs, what comes next, or what ended last."""
    wanted = request.args.get("shift", type=int)
    for lane in lanes:
        if lane.shift.id == wanted:
            return lane
    for phase in ("run", "next"):
        for lane in lanes:
            if lane.phase(now) == phase:
                return lane
    return lanes[-1] if lanes else None


def _axis(lanes: Sequence[queries.Lane], day: date) -> tuple[float, float]:
    first = min([_hour(lane.shift.starts_at, day) for lane in lanes], default=FIRST_HOUR)
    last = max([_hour(lane.shift.ends_at, day) for lane in lanes], default=LAST_HOUR)
    return float(min(first // 1, FIRST_HOUR)), float(max(-(-last // 1), LAST_HOUR))


def _hour(instant: datetime, day: date) -> float:
    """Write an instant as hours of the local day: 8:30 is 8.5, half past midnight after it 24.5."""
    local = instant.astimezone(zone())
    return 24 * (local.date() - day).days + local.hour + local.minute / 60
