"""The way in: the codes at the door, and whoever scanned one checks in with one button.

Also what the other doors of this room share: the blueprint, and shifts within the actor's places.
"""

from datetime import date, datetime

import segno
from flask import (
    Blueprint,
    after_this_request,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from volunteer_hub.attendance import policy
from volunteer_hub.attendance.actions import presence as actions
from volunteer_hub.attendance.queries import posters
from volunteer_hub.attendance.queries import presence as queries
from volunteer_hub.attendance.rules import codes
from volunteer_hub.attendance.rules import presence as rules
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import local_day, say
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import NotFound, NotSignedIn, Refusal
from volunteer_hub.foundation.settings import settings
from volunteer_hub.hours.queries.hours import get_shift
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.shifts.models import Shift

blueprint = Blueprint("attendance", __name__)
blueprints = (blueprint,)

REFRESH = 15  # seconds after which the screen asks for the code again
SCANNED = "hub_scanned"  # the cookie that outlasts a sign-in, while the screen shows other codes
CHECK_IN = "/attendance/check-in"


@blueprint.get(f"{CHECK_IN}/<token>")
@permits(policy.SCAN)
def check_in(token: str) -> tuple[str, int]:
    """Show the one button for whoever scanned a code, or why there is none."""
    code, now = _read(token), utc_now()
    shift, person_id = get_shift(code.shift_id), current_actor().person_id
    stale = _admit(code, shift, now=now)
    if stale is None and person_id is None:
        raise NotSignedIn
    found = queries.find_presence(shift.id, person_id) if person_id else None
    refusal = None if found else stale or _why_not(shift, person_id or 0, now=now)
    page = render_template(
        "attendance/check_in.html", token=token, shift=shift, presence=found, refusal=refusal
    )
    return page, stale.status if stale and not found else 200


@blueprint.post(f"{CHECK_IN}/<token>")
@permits(policy.CHECK_IN)
def do_check_in(token: str) -> Response:
    """Check in whoever is signed in."""
    code, now = _read(token), utc_now()
    shift, person = get_shift(code.shift_id), get_person(current_actor().person_id or 0)
    if _admit(code, shift, now=now) is None:  # else the page itself says why not
        try:
            with transaction():
                actions.check_in(shift=shift, person=person, by=person.id, now=now, method="qr")
        except Refusal as refusal:
            flash(say(refusal), "error")
    return redirect(url_for(".check_in", token=token), 303)


@blueprint.get("/attendance/shifts/<int:shift_id>/qr")
@permits(policy.MARK)
def qr(shift_id: int) -> Response:
    """Show the code of this half minute in full size; the page asks for the next by itself."""
    shift, now = shift_in_scope(shift_id, policy.MARK), utc_now()
    tag = f"{shift.id}-{codes.step_of(now)}"
    if request.if_none_match.contains_weak(tag):
        return Response(status=304)
    page = render_template(
        "attendance/qr.html",
        shift=shift,
        code=draw_rotating(shift, now=now),
        seconds=codes.seconds_left(now),
        refresh=REFRESH,
        tag=tag,
        back=board_of(shift),
    )
    response = make_response(page)
    response.set_etag(tag, weak=True)
    return response


def shift_in_scope(shift_id: int, permission: Permission) -> Shift:
    """Get the shift; one outside the actor's places does not exist for them."""
    shift = get_shift(shift_id)
    permission.ensure(current_actor(), path=shift.place.path)
    return shift


def board_of(shift: Shift, *, day: date | None = None) -> str:
    """Address the shift's roster on the board of its day, or of the day after a night shift."""
    shown = (day or local_day(shift.starts_at)).isoformat()
    return url_for("attendance.day", date=shown, shift=shift.id, _anchor="roster")


def draw_rotating(shift: Shift, *, now: datetime) -> str:
    """Draw the code for the screen at the entrance: it checks people in for a minute at most."""
    return draw_check_in(codes.rotating(shift.id, now=now))


def draw_check_in(code: codes.Code) -> str:
    """Draw a code whose plain link checks people in."""
    return draw_link(url_for("attendance.check_in", token=codes.write_token(code, key=_key())))


def draw_link(path: str) -> str:
    """Draw the QR code of one of our pages, as any scanner opens it."""
    code = segno.make(settings().public_url + path, error="m")
    return code.svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None, dark="#000", light="#fff"
    )


def _key() -> bytes:
    return codes.key_of(current_app.config["SECRET_KEY"])


def _read(token: str) -> codes.Code:
    code = codes.read_token(token, key=_key())
    if code is None or code.kind == codes.SCAN:
        raise NotFound
    return code


def _admit(code: codes.Code, shift: Shift, *, now: datetime) -> Refusal | None:
    """Say why the code does not count, unless this browser scanned one of the shift just now."""
    held = codes.read_token(request.cookies.get(SCANNED, ""), key=_key())
    try:
        if code.kind == codes.ROTATING:
            codes.ensure_shown(code, now=now)
        else:
            found = posters.find_poster(shift.id)
            first, last = shift.starts_at - rules.OPENS_BEFORE, shift.ends_at
            is_day = local_day(first) <= local_day(now) <= local_day(last)
            codes.ensure_stands(code, made_at=found.made_at if found else None, is_day=is_day)
    except Refusal as refusal:
        just_now = held is not None and codes.is_held(held, shift_id=shift.id, now=now)
        return None if just_now else refusal
    _hold(shift, now=now)
    return None


def _hold(shift: Shift, *, now: datetime) -> None:
    """Let this browser take ten minutes to sign in and press the button."""
    value = codes.write_token(codes.scan(shift.id, now=now), key=_key())

    @after_this_request
    def remember(response: Response) -> Response:
        response.set_cookie(
            SCANNED,
            value,
            max_age=codes.SCAN_HOLDS,
            path=CHECK_IN,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def _why_not(shift: Shift, person_id: int, *, now: datetime) -> Refusal | None:
    try:
        rules.ensure_runs(shift.state)
        if queries.find_signup(shift.id, person_id) is None:
            raise rules.NotSignedUp
        rules.ensure_check_in_is_open(shift.span, now=now)
    except Refusal as refusal:
        return refusal
    return None
