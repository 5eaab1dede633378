"""The forms of a shift, and the page that asks who stays when there are fewer places."""

from typing import Any

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import blame
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import ngettext
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.planning.actions import shifts as actions
from volunteer_hub.planning.forms.shifts import ShiftForm, StayingForm
from volunteer_hub.planning.queries.staying import list_cuts
from volunteer_hub.planning.views.filling import (
    chosen_place,
    offer_papers,
    offer_places,
    open_activity,
    said,
)
from volunteer_hub.planning.views.shifts import back, blueprint, open_for
from volunteer_hub.shifts import policy
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.roles import list_roles
from volunteer_hub.signups.rules.line import FAIR_OVER
from volunteer_hub.signups.rules.staying import (
    CapacityBelowConfirmed,
    NobodyIsChosen,
    PeopleHaveChanged,
)

blueprints = (blueprint,)
Answer = Response | tuple[str, int]
ASKS_WHO_STAYS = (CapacityBelowConfirmed, NobodyIsChosen, PeopleHaveChanged)
NOT_TYPED = ("csrf_token", "staying", "among")  # on the page that asks who stays


@blueprint.get("/activities/<int:activity_id>/shifts/new")
@permits(policy.CREATE)
def new(activity_id: int) -> Answer:
    activity = open_activity(activity_id, policy.CREATE)
    form = _form(policy.CREATE)
    form.starts_at.process_data(activity.starts_at)
    form.ends_at.process_data(activity.ends_at)
    form.place.data = activity.place_id
    return _show_new(form, activity)


@blueprint.post("/activities/<int:activity_id>/shifts/new")
@permits(policy.CREATE)
def create(activity_id: int) -> Answer:
    """Plan a shift of the activity; what was typed stays when it is refused."""
    activity, form = open_activity(activity_id, policy.CREATE), _form(policy.CREATE)
    if "rows" in request.form or not form.validate_on_submit():
        return _show_new(form, activity)
    place = chosen_place(form, policy.CREATE)
    try:
        with transaction():
            shift = actions.plan_shift(
                activity=activity,
                place=place,
                created_by=current_actor().person_id,
                now=utc_now(),
                **_written(form),
            )
    except Refusal as refusal:
        blame(form, refusal)
        return _show_new(form, open_activity(activity_id, policy.CREATE))
    flash(_("The draft is saved. Only staff see it until it is published."), "success")
    return back(shift.id)


@blueprint.get("/shifts/<int:shift_id>/edit")
@permits(policy.EDIT)
def edit(shift_id: int) -> Answer:
    shift = open_for(shift_id, policy.EDIT)
    return _show_edit(_form(policy.EDIT, shift), shift)


@blueprint.post("/shifts/<int:shift_id>/edit")
@permits(policy.EDIT)
def save(shift_id: int) -> Answer:
    """Write the shift anew; who signed up is told what matters to them.  Where there would be
    fewer places than people, ask who stays: what was typed waits on that page."""
    shift = open_for(shift_id, policy.EDIT)
    form = _form(policy.EDIT, shift)
    if {"rows", "again"} & set(request.form) or not form.validate_on_submit():
        return _show_edit(form, shift)
    chosen = StayingForm()
    try:
        gone = _save(shift, form, chosen)
    except ASKS_WHO_STAYS as refusal:
        return _ask_who_stays(shift_id, form, chosen, refusal)
    except Refusal as refusal:
        blame(form, refusal)
        return _show_edit(form, open_for(shift_id, policy.EDIT))
    _say_saved(gone)
    return back(shift_id)


def _save(shift: Shift, form: ShiftForm, chosen: StayingForm) -> int:
    place, asked = chosen_place(form, policy.EDIT), bool(chosen.among.data)
    with transaction():
        return actions.edit_shift(
            shift_id=shift.id,
            announce=form.announce.data,
            staying=chosen.staying.data or () if asked else None,
            among=chosen.among.data if asked else None,
            place=place,
            now=utc_now(),
            **_written(form),
        )


def _ask_who_stays(
    shift_id: int, form: ShiftForm, chosen: StayingForm, refusal: Refusal
) -> tuple[str, int]:
    """List who has a place now, with what was ticked so far; every field typed goes along."""
    shift = open_for(shift_id, policy.EDIT)
    written = _written(form)
    since = utc_now() - FAIR_OVER
    cuts = list_cuts(shift, capacity=written["capacity"], roles=written["roles"], since=since)
    page = render_template(
        "planning/who_stays.html",
        shift=shift,
        cuts=cuts,
        refused=said(refusal) if chosen.among.data else "",
        ticked=set(chosen.staying.data or ()),
        typed=[pair for pair in request.form.items(multi=True) if pair[0] not in NOT_TYPED],
    )
    return page, refusal.status


def _written(form: ShiftForm) -> dict[str, Any]:
    return {
        "title_zh": form.title_zh.data or "",
        "starts_at": form.starts_at.instant,
        "ends_at": form.ends_at.instant,
        "minimum": form.minimum.data or 0,
        "capacity": form.capacity.data or 0,
        "roles": form.roles.words(),
        **form.words(),
    }


def _form(permission: Permission, shift: Shift | None = None) -> ShiftForm:
    known = list_roles(shift.id) if shift and shift.by_role else ()
    form = ShiftForm(obj=shift, roles=known)
    if not form.is_submitted() or "rows" in request.form:
        form.roles.add_empty()
    offer_places(form, permission)
    offer_papers(form)
    if shift and not form.is_submitted():
        form.place.data = shift.place_id
    return form


def _show_new(form: ShiftForm, activity: Activity) -> tuple[str, int]:
    page = render_template("planning/new.html", form=form, activity=activity)
    return page, 422 if form.errors else 200


def _show_edit(form: ShiftForm, shift: Shift) -> tuple[str, int]:
    page = render_template("planning/edit.html", form=form, shift=shift)
    return page, 422 if form.errors else 200


def _say_saved(gone: int) -> None:
    if gone:
        text = ngettext(
            "Saved. %(num)s person stands first in line now and is told.",
            "Saved. %(num)s people stand first in line now and are told.",
            gone,
        )
        flash(text, "success")
    else:
        flash(_("Saved."), "success")
