"""Coordinators keep places for a group, see how many are taken, and end it early."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.credentials.queries import find_person
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import Confirmation, blame
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.groups import policy
from volunteer_hub.groups.actions import reservations as actions
from volunteer_hub.groups.forms import ReserveForm
from volunteer_hub.groups.queries import reservations as queries
from volunteer_hub.groups.rules.reservations import suggested_until
from volunteer_hub.groups.views.companions import Answer, blueprint
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.lists import where
from volunteer_hub.shifts.queries.shifts import get_shift

blueprints = (blueprint,)


@blueprint.route("/groups/shifts/<int:shift_id>/reservations", methods=["GET", "POST"])
@permits(policy.KEEP_PLACES)
def reservations(shift_id: int) -> Answer:
    """List what is kept on a shift, and keep more."""
    shift, now = _keeps(shift_id), utc_now()
    form = ReserveForm(data={"until": suggested_until(shift.starts_at, now=now)})
    if form.validate_on_submit() and _reserve(shift, form):
        flash(_("The places are kept. The contact person gets the link."), "success")
        return redirect(url_for(".reservations", shift_id=shift_id), 303)
    shift = get_shift(shift_id)  # a refusal's rollback let go of it
    page = queries.page_of_shift(shift_id, after=request.args.get("after"))
    more = {"shift_id": shift_id, "after": page.next}
    shown = render_template(
        "groups/reservations.html",
        shift=shift,
        activity=shift.activity,
        reservations=page.items,
        next_url=url_for(".reservations", **more) if page.next else "",
        form=form,
        open=shift.is_open(now),
        where=where,
    )
    return shown, 422 if form.errors else 200


@blueprint.post("/groups/shifts/<int:shift_id>/reservations/<int:reservation_id>/end")
@permits(policy.KEEP_PLACES)
def end_reservation(shift_id: int, reservation_id: int) -> Response:
    """Open to everybody, before the deadline, what nobody has taken."""
    _keeps(shift_id)
    if queries.get_reservation(reservation_id).shift_id != shift_id:
        raise NotFound
    by = {"by": current_actor().person_id or 0, "now": utc_now()}
    try:
        if Confirmation().validate_on_submit():
            with transaction():
                actions.end(reservation_id=reservation_id, **by)
            flash(_("The places are kept no more. The contact person is told."), "success")
    except Refusal as refusal:
        flash(say(refusal), "error")
    return redirect(url_for(".reservations", shift_id=shift_id), 303)


def _keeps(shift_id: int) -> Shift:
    shift = get_shift(shift_id)
    policy.KEEP_PLACES.ensure(current_actor(), path=shift.place.path)
    return shift


def _reserve(shift: Shift, form: ReserveForm) -> bool:
    """Keep the places, or write into the form what refused it."""
    contact = find_person(form.contact.data or "")
    group = actions.Group(form.name_zh.data or "", form.name_en.data, contact)
    wish = {"shift_id": shift.id, "group": group, "places": form.places.data or 0}
    by = {"by": current_actor().person_id or 0, "now": utc_now()}
    try:
        with transaction():
            actions.reserve(**wish, until=form.until.instant, **by)
    except Refusal as refusal:
        blame(form, refusal)
        return False
    return True
