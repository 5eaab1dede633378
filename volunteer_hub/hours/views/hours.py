"""Hours: what waits for a second person, what a shift gave."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from volunteer_hub.foundation.answers import local_referrer
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import local_day, say
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.hours import policy
from volunteer_hub.hours.actions import hours as actions
from volunteer_hub.hours.forms import ReasonForm
from volunteer_hub.hours.models import Hours
from volunteer_hub.hours.queries import disputes
from volunteer_hub.hours.queries import hours as queries
from volunteer_hub.hours.rules import hours as rules
from volunteer_hub.shifts.models import Shift

blueprint = Blueprint("hours", "volunteer_hub.hours.views")
blueprints = (blueprint,)


@blueprint.get("/attendance/hours")
@permits(policy.SEE_HOURS)
def hours_waiting() -> str:
    """List what waits for a second person, the oldest first."""
    paths = current_actor().paths(policy.SEE_HOURS.roles or ())
    page = queries.page_waiting(paths=paths, after=request.args.get("after"))
    disputed, overdue = disputes.count_open(paths, today=local_day(utc_now()))
    return render_template(
        "hours/hours_waiting.html",
        page=page,
        total=queries.count_waiting(paths),
        steps=_steps,
        disputed=disputed,
        overdue=overdue,
    )


@blueprint.get("/attendance/shifts/<int:shift_id>")
@permits(policy.SEE_HOURS)
def shift(shift_id: int) -> str:
    """List the hours of one shift with every correction."""
    found = _shift_in_scope(shift_id, policy.SEE_HOURS)
    page = queries.page_of_shift(found.id, after=request.args.get("after"))
    return render_template(
        "hours/shift.html",
        shift=found,
        page=page,
        taken_back=queries.list_reversed(one.id for one in page.items),
        clocked=queries.count_clocked(found.id, verifier=_me()),
        back=url_for(
            "attendance.day",
            date=local_day(found.starts_at),
            shift=found.id,
            _anchor="roster",
        ),
        steps=_steps,
        may_settle=policy.SETTLE.allows(current_actor(), path=found.place.path),
    )


@blueprint.post("/attendance/hours/<int:hours_id>/verify")
@permits(policy.SETTLE)
def verify(hours_id: int) -> Response:
    """Lock the hours; where the day is full, ask first whether fewer minutes shall count."""
    _hours_in_scope(hours_id, policy.SETTLE)
    back, agreed = _back(), request.form.get("agreed", type=int)
    try:
        with transaction():
            actions.verify_hours(hours_id=hours_id, verifier=_me(), now=utc_now(), agreed=agreed)
        flash(_("Verified: the hours count now."), "success")
    except rules.DayIsFull as refusal:
        flash(say(refusal), "error")
        if refusal.facts["fits"]:
            back = url_for(".hours_shorten", hours_id=hours_id)
    except Refusal as refusal:
        flash(say(refusal), "error")
    return redirect(back, 303)


@blueprint.get("/attendance/hours/<int:hours_id>/shorten")
@permits(policy.SETTLE)
def hours_shorten(hours_id: int) -> str:
    """Show what of the hours the day still holds, and offer to count just that."""
    found = _hours_in_scope(hours_id, policy.SETTLE)
    ((_day, locked),) = queries.locked_minutes([found]).items()
    cap = queries.limits().day_cap
    return render_template(
        "hours/hours_shorten.html",
        entry=found,
        locked=locked,
        cap=cap,
        fits=max(min(found.minutes, cap - locked), 0),
        back=url_for(".shift", shift_id=found.shift_id),
    )


@blueprint.post("/attendance/shifts/<int:shift_id>/verify")
@permits(policy.SETTLE)
def verify_shift(shift_id: int) -> Response:
    """Verify all clocked hours of a shift at once; what was written in is looked at one by one."""
    found = _shift_in_scope(shift_id, policy.SETTLE)
    with transaction():
        number = actions.verify_shift(shift_id=found.id, verifier=_me(), now=utc_now())
    said = ngettext("%(num)s entry verified.", "%(num)s entries verified.", number)
    flash(said, "success" if number else "info")
    if queries.count_clocked(found.id, verifier=_me()):
        flash(_("The rest would pass the day's cap: look at them one by one."), "info")
    return redirect(_back(), 303)


@blueprint.route("/attendance/hours/<int:hours_id>/reject", methods=["GET", "POST"])
@permits(policy.SETTLE)
def reject(hours_id: int) -> Response | tuple[str, int]:
    return _with_reason("reject", _hours_in_scope(hours_id, policy.SETTLE))


@blueprint.route("/attendance/hours/<int:hours_id>/reverse", methods=["GET", "POST"])
@permits(policy.SETTLE)
def reverse(hours_id: int) -> Response | tuple[str, int]:
    return _with_reason("reverse", _hours_in_scope(hours_id, policy.SETTLE))


def _with_reason(verb: str, found: Hours) -> Response | tuple[str, int]:
    """Ask for a reason, then reject or reverse."""
    form, there = ReasonForm(), url_for(".shift", shift_id=found.shift_id)
    if form.validate_on_submit():
        reason, now = form.reason.data or "", utc_now()
        try:
            with transaction():
                if verb == "reject":
                    actions.reject_hours(hours_id=found.id, verifier=_me(), reason=reason, now=now)
                else:
                    actions.reverse_hours(hours_id=found.id, by=_me(), reason=reason, now=now)
        except Refusal as refusal:
            flash(say(refusal), "error")
        return redirect(there, 303)
    page = render_template(f"hours/{verb}.html", entry=found, form=form, back=there)
    return page, 422 if form.errors else 200


def _hours_in_scope(hours_id: int, permission: Permission) -> Hours:
    found = queries.get_hours(hours_id)
    permission.ensure(current_actor(), path=found.shift.place.path)
    return found


def _steps(entry: Hours, *, is_reversed: bool = False) -> tuple[str, ...]:
    """List the buttons that this reader gets beside the row."""
    actor = current_actor()
    if not policy.SETTLE.allows(actor, path=entry.shift.place.path):
        return ()
    return rules.open_steps(
        state=entry.state,
        is_reversal=entry.is_reversal,
        is_reversed=is_reversed,
        person=entry.person_id,
        vouched_by=entry.vouched_by,
        viewer=actor.person_id,
    )


def _me() -> int:
    return current_actor().person_id or 0


def _back() -> str:
    """Go back to the list from which the button was pressed."""
    there = local_referrer()
    return there if there.startswith("/attendance/") else url_for(".hours_waiting")


def _shift_in_scope(shift_id: int, permission: Permission) -> Shift:
    """Get the shift; one outside the actor's places does not exist for them."""
    shift = queries.get_shift(shift_id)
    permission.ensure(current_actor(), path=shift.place.path)
    return shift
