"""The way in: the code at the door, and whoever scanned it checks in with one button.

Also what the other doors of this room share: the blueprint, and shifts within the actor's places.
"""

import segno
from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from volunteer_hub.attendance import policy
from volunteer_hub.attendance.actions import presence as actions
from volunteer_hub.attendance.queries import presence as queries
from volunteer_hub.attendance.rules import presence as rules
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import local_day, say
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.people.queries import get_person
from volunteer_hub.shifts.models import Shift

blueprint = Blueprint("attendance", __name__)
blueprints = (blueprint,)


@blueprint.get("/attendance/check-in/<token>")
@permits(policy.CHECK_IN)
def check_in(token: str) -> str:
    """Show the one button for whoever scanned the code, or why there is none."""
    shift, person_id = _shift_of(token), current_actor().person_id or 0
    found = queries.find_presence(shift.id, person_id)
    return render_template(
        "attendance/check_in.html",
        token=token,
        shift=shift,
        presence=found,
        refusal=None if found else _why_not(shift, person_id),
    )


@blueprint.post("/attendance/check-in/<token>")
@permits(policy.CHECK_IN)
def do_check_in(token: str) -> Response:
    """Check in whoever is signed in."""
    shift, person_id = _shift_of(token), current_actor().person_id or 0
    person = get_person(person_id)
    try:
        with transaction():
            actions.check_in(shift=shift, person=person, by=person_id, now=utc_now(), method="qr")
    except Refusal as refusal:
        flash(say(refusal), "error")
    return redirect(url_for(".check_in", token=token), 303)


@blueprint.get("/attendance/shifts/<int:shift_id>/qr")
@permits(policy.MARK)
def qr(shift_id: int) -> str:
    """Show the code in full size, for a screen at the entrance."""
    shift = shift_in_scope(shift_id, policy.MARK)
    return render_template(
        "attendance/qr.html", shift=shift, code=draw_code(shift), back=board_of(shift)
    )


def shift_in_scope(shift_id: int, permission: Permission) -> Shift:
    """Get the shift; one outside the actor's places does not exist for them."""
    shift = queries.get_shift(shift_id)
    permission.ensure(current_actor(), path=shift.place.path)
    return shift


def board_of(shift: Shift) -> str:
    """Address the shift's roster on the board of its day."""
    shown = local_day(shift.starts_at).isoformat()
    return url_for("attendance.day", date=shown, shift=shift.id, _anchor="roster")


def draw_code(shift: Shift) -> str:
    """Draw the QR code whose link checks people in on this shift.

    First form: the token is fixed per shift and signed; it opens from a quarter of an hour before
    the start until the end. A token that changes every half minute comes later, against
    photographs that are passed on.
    """
    public = current_app.config["SETTINGS"].public_url
    link = public + url_for("attendance.check_in", token=_signer().dumps(shift.id))
    code = segno.make(link, error="m")
    return code.svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None, dark="#000", light="#fff"
    )


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="attendance-check-in")


def _shift_of(token: str) -> Shift:
    try:
        shift_id = _signer().loads(token)
    except BadSignature as error:
        raise NotFound from error
    return queries.get_shift(shift_id)


def _why_not(shift: Shift, person_id: int) -> Refusal | None:
    try:
        rules.ensure_runs(shift.state)
        if queries.find_signup(shift.id, person_id) is None:
            raise rules.NotSignedUp
        rules.ensure_check_in_is_open(shift.span, now=utc_now())
    except Refusal as refusal:
        return refusal
    return None
