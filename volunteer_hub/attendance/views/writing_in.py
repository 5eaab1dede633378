"""Stays that nobody clocked: written in by a coordinator, or declared by the volunteer."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_hub.attendance import policy
from volunteer_hub.attendance.actions.back_filling import back_fill as write_in
from volunteer_hub.attendance.actions.declaring import declare as write_down
from volunteer_hub.attendance.forms import BackFillForm, DeclareForm
from volunteer_hub.attendance.queries import presence as queries
from volunteer_hub.attendance.views.check_in import blueprint, shift_in_scope
from volunteer_hub.credentials.queries import find_person
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.hours import policy as hours_policy
from volunteer_hub.hours.queries.hours import get_shift
from volunteer_hub.people.queries.persons import get_person

blueprints = (blueprint,)


@blueprint.route("/attendance/shifts/<int:shift_id>/back-fill", methods=["GET", "POST"])
@permits(hours_policy.SETTLE)
def back_fill(shift_id: int) -> Response | tuple[str, int]:
    """Write in a stay that nobody clocked, with the reason."""
    found = shift_in_scope(shift_id, hours_policy.SETTLE)
    form = BackFillForm(data={"checked_in_at": found.starts_at, "checked_out_at": found.ends_at})
    there = url_for("hours.shift", shift_id=found.id)
    if form.validate_on_submit():
        person = find_person(form.number.data or "")
        if person is None:
            form.number.errors = [_("Nobody has this number. Check it, or ask for the phone.")]
        else:
            try:
                with transaction():
                    write_in(
                        shift=found,
                        person=person,
                        checked_in_at=form.checked_in_at.instant,
                        checked_out_at=form.checked_out_at.instant,
                        reason=form.reason.data or "",
                        by=_me(),
                        now=utc_now(),
                    )
                return redirect(there, 303)
            except Refusal as refusal:
                form.form_errors.append(say(refusal))
                found = get_shift(shift_id)  # the rollback let go of it
    page = render_template("attendance/back_fill.html", shift=found, form=form, back=there)
    return page, 422 if form.errors else 200


@blueprint.route("/me/hours/declare/<int:shift_id>", methods=["GET", "POST"])
@permits(policy.DECLARE)
def declare(shift_id: int) -> Response | tuple[str, int]:
    """Take the volunteer's own word for a shift that nobody wrote down."""
    shift = get_shift(shift_id)
    form = DeclareForm(data={"minutes": shift.span.minutes})
    if form.validate_on_submit():
        minutes, reason = form.minutes.data or 0, form.reason.data or ""
        person, now = get_person(_me()), utc_now()
        try:
            with transaction():
                write_down(
                    shift_id=shift_id, person=person, minutes=minutes, reason=reason, now=now
                )
            flash(_("Written down. A coordinator looks at it."), "success")
            return redirect(url_for("hours.my_hours"), 303)
        except Refusal as refusal:
            form.form_errors.append(say(refusal))
            shift = get_shift(shift_id)  # the rollback let go of it
    held = queries.find_signup(shift.id, _me()) is not None
    page = render_template("attendance/declare.html", shift=shift, form=form, held=held)
    return page, 422 if form.errors else 200


def _me() -> int:
    return current_actor().person_id or 0
