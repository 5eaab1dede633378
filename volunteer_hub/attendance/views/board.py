"""The day board: who is coming, who is here, who is missing."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_hub.attendance import policy
from volunteer_hub.attendance.actions import presence as actions
from volunteer_hub.attendance.forms import WalkInForm
from volunteer_hub.attendance.queries import board as queries
from volunteer_hub.attendance.queries import presence as presence_queries
from volunteer_hub.attendance.rules import codes
from volunteer_hub.attendance.rules import presence as rules
from volunteer_hub.attendance.views.check_in import (
    blueprint,
    board_of,
    draw_rotating,
    shift_in_scope,
)
from volunteer_hub.credentials.queries import find_person
from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import day_span, utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import local_day, localized, say, zone
from volunteer_hub.foundation.limits import limiter
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.hours import policy as hours_policy
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.shifts.models import Shift

blueprints = (blueprint,)

YEARS = range(2000, 2999)  # other days are slips of the keyboard
FIRST_HOUR, LAST_HOUR = 7, 21  # what the lanes show at least
SHOWN = 12  # people on the roster before "show all"
PERSON = re.compile(r"\d{1,18}", re.ASCII)
MARKS = ("check_in", "check_out", "no_show", "excused", "undo")


@blueprint.get("/attendance/day")
@permits(policy.SEE_BOARD)
def today() -> Response:
    return redirect(url_for(".day", date=local_day(utc_now()).isoformat()))


@blueprint.get("/attendance/day/<date>")
@permits(policy.SEE_BOARD)
def day(date: str) -> Response:
    """Show the day's shifts on one line of time, and the roster of one of them.

    An open board asks every second (static/js/live.js): while nothing changed, one small
    statement answers 304.
    """
    shown, now = _read_day(date), utc_now()
    paths = current_actor().paths(policy.SEE_BOARD.roles or ())
    tag = f"{queries.pulse(day_span(shown, zone()), paths=paths, now=now)}-{codes.step_of(now)}"
    if request.if_none_match.contains_weak(tag):
        return Response(status=304)
    response = make_response(_draw(shown, paths=paths, tag=tag, now=now))
    response.set_etag(tag, weak=True)
    return response


@blueprint.post("/attendance/shifts/<int:shift_id>/marks")
@permits(policy.MARK)
def mark(shift_id: int) -> Response:
    """Mark one person with one tap: the button's name is the mark, its value the person.

    To undo a mark, the mark that the reader saw stands behind the person: `undo=7 left`.
    """
    shift = shift_in_scope(shift_id, policy.MARK)
    back = board_of(shift, day=_day_shown())
    verb = next((mark for mark in MARKS if mark in request.form), "")
    number, _blank, seen = request.form.get(verb, "").partition(" ")
    person = get_person(int(number) if PERSON.fullmatch(number) else 0)
    try:
        with transaction():
            _do(verb, shift=shift, person=person, seen=seen or None, now=utc_now())
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
        person = find_person(form.number.data or "")
        if person is None:
            form.number.errors = [_("Nobody has this number. Check it, or ask for the phone.")]
        else:
            with transaction():
                audit.record("looked_up", f"person:{person.id}", place_path=shift.place.path)
    page = render_template(
        "attendance/walk_in.html", shift=shift, form=form, person=person, back=board_of(shift)
    )
    return page, 422 if form.errors else 200


def _draw(shown: date, *, paths: tuple[str, ...], tag: str, now: datetime) -> str:
    actor, after = current_actor(), request.args.get("after")
    page = queries.page_lanes(day_span(shown, zone()), paths=paths, now=now, after=after)
    lane = _chosen(page.items, now=now)
    path = lane.shift.place.path if lane else None
    may_mark = lane is not None and policy.MARK.allows(actor, path=path)
    everybody = "all" in request.args
    roster = queries.list_roster(lane.shift, now=now, viewer=actor.person_id) if lane else []
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
        roster=roster,
        shown=None if everybody else SHOWN,
        may_mark=may_mark,
        may_see_hours=lane is not None and hours_policy.SEE_HOURS.allows(actor, path=path),
        code=draw_rotating(lane.shift, now=now) if lane and may_mark else None,
        forgotten_after=rules.FORGOTTEN_AFTER // timedelta(hours=1),
        walk_in=WalkInForm(),
        tag=tag,
        live_from=_address(shown, lane, after=after, everybody=everybody),
    )


def _address(shown: date, lane: queries.Lane | None, *, after: str | None, everybody: bool) -> str:
    """Address this very board: the roster stays that of the shift chosen, however time goes on."""
    chosen = lane.shift.id if lane else None
    whole = 1 if everybody else None
    return url_for(".day", date=shown.isoformat(), shift=chosen, after=after, all=whole)


def _do(verb: str, *, shift: Shift, person: Person, seen: str | None, now: datetime) -> None:
    by = current_actor().person_id
    if verb == "check_in":
        actions.check_in(shift=shift, person=person, by=by, now=now)
    elif verb == "undo":
        actions.undo(shift=shift, person=person, by=by, now=now, seen=seen)
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
    if day.isoformat() != text or day.year not in YEARS:
        raise NotFound
    return day


def _day_shown() -> date | None:
    """Read from which day's board a button was pressed: of a night shift there are two."""
    try:
        return date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return None


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
    """Span the hours of the day shown: from its midnight at the earliest, past the next one."""
    first = min([_hour(lane.shift.starts_at, day) for lane in lanes], default=FIRST_HOUR)
    last = max([_hour(lane.shift.ends_at, day) for lane in lanes], default=LAST_HOUR)
    return float(max(min(first // 1, FIRST_HOUR), 0)), float(max(-(-last // 1), LAST_HOUR))


def _hour(instant: datetime, day: date) -> float:
    """Write an instant as hours of the local day: 8:30 is 8.5, half past midnight after it 24.5."""
    local = instant.astimezone(zone())
    return 24 * (local.date() - day).days + local.hour + local.minute / 60
