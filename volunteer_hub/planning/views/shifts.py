"""Where staff plan shifts: the workspace, the forms, publishing."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.activities.policy import CREATE as CREATE_ACTIVITY
from volunteer_hub.activities.queries.series import list_waiting
from volunteer_hub.activities.rules.days_off import WORDS
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.planning.forms.shifts import ShiftForm
from volunteer_hub.planning.policy import READ_SERIES, READ_TEMPLATES
from volunteer_hub.planning.queries import workspace as queries
from volunteer_hub.planning.views.filling import chosen_place, offer_places, open_activity, said
from volunteer_hub.shifts import policy
from volunteer_hub.shifts.actions import planning
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries import lists, shifts
from volunteer_hub.signups.actions import changing

blueprint = Blueprint("planning", "volunteer_hub.planning.views")
blueprints = (blueprint,)
Answer = Response | tuple[str, int]


@blueprint.get("/shifts")
@permits(policy.READ_DRAFT)
def workspace() -> str:
    """List what comes and what is planned at the places of whoever works there."""
    actor, now = current_actor(), utc_now()
    paths = actor.paths(policy.READ_DRAFT.roles or ())
    page = queries.page_for_staff(paths, now=now, after=request.args.get("after"))
    rows = [lists.ShiftRow.of(s, tags=_remarks(s)) for s in page.items]
    return render_template(
        "planning/workspace.html",
        rows=rows,
        bare=queries.list_bare_activities(paths, now=now),
        next_url=url_for(".workspace", after=page.next) if page.next else "",
        waiting=list_waiting(paths, now=now),
        off_words=WORDS,
        may_create=CREATE_ACTIVITY.allows(actor),
        may_read_series=READ_SERIES.allows(actor),
        may_read_templates=READ_TEMPLATES.allows(actor),
    )


@blueprint.get("/activities/<int:activity_id>/shifts/new")
@permits(policy.CREATE)
def new(activity_id: int) -> str:
    activity = open_activity(activity_id, policy.CREATE)
    form = _form(policy.CREATE)
    form.starts_at.process_data(activity.starts_at)
    form.ends_at.process_data(activity.ends_at)
    form.place.data = activity.place_id
    return render_template("planning/new.html", form=form, activity=activity)


@blueprint.post("/activities/<int:activity_id>/shifts/new")
@permits(policy.CREATE)
def create(activity_id: int) -> Answer:
    """Plan a shift of the activity."""
    activity, form = open_activity(activity_id, policy.CREATE), _form(policy.CREATE)
    if not form.validate_on_submit():
        return render_template("planning/new.html", form=form, activity=activity), 422
    place = chosen_place(form, policy.CREATE)
    try:
        with transaction():
            shift = planning.create_shift(
                activity=activity,
                place=place,
                title_zh=form.title_zh.data or "",
                starts_at=form.starts_at.instant,
                ends_at=form.ends_at.instant,
                minimum=form.minimum.data or 0,
                capacity=form.capacity.data or 0,
                created_by=current_actor().person_id,
                now=utc_now(),
                **form.words(),
            )
    except Refusal as refusal:
        flash(said(refusal), "error")
        return redirect(url_for("signups.activity", activity_id=activity_id), 303)
    flash(_("The draft is saved. Only staff see it until it is published."), "success")
    return back(shift.id)


@blueprint.get("/shifts/<int:shift_id>/edit")
@permits(policy.EDIT)
def edit(shift_id: int) -> str:
    shift = open_for(shift_id, policy.EDIT)
    return render_template("planning/edit.html", form=_form(policy.EDIT, shift), shift=shift)


@blueprint.post("/shifts/<int:shift_id>/edit")
@permits(policy.EDIT)
def save(shift_id: int) -> Answer:
    """Write the shift anew; who signed up is told what matters to them."""
    shift = open_for(shift_id, policy.EDIT)
    form = _form(policy.EDIT, shift)
    if not form.validate_on_submit():
        return render_template("planning/edit.html", form=form, shift=shift), 422
    place = chosen_place(form, policy.EDIT)
    try:
        with transaction():
            changing.change_shift(
                shift_id=shift_id,
                now=utc_now(),
                announce=form.announce.data,
                place=place,
                title_zh=form.title_zh.data or "",
                starts_at=form.starts_at.instant,
                ends_at=form.ends_at.instant,
                minimum=form.minimum.data or 0,
                capacity=form.capacity.data or 0,
                **form.words(),
            )
    except Refusal as refusal:
        flash(said(refusal), "error")
        shift = open_for(shift_id, policy.EDIT)
        return render_template("planning/edit.html", form=form, shift=shift), refusal.status
    flash(_("Saved."), "success")
    return back(shift_id)


@blueprint.post("/shifts/<int:shift_id>/publish")
@permits(policy.PUBLISH)
def publish(shift_id: int) -> Answer:
    shift = open_for(shift_id, policy.PUBLISH)
    try:
        with transaction():
            planning.publish_shift(shift=shift, now=utc_now())
    except Refusal as refusal:
        flash(said(refusal), "error")
    else:
        flash(_("Published. People can sign up now."), "success")
    return back(shift_id)


def open_for(shift_id: int, permission: Permission) -> Shift:
    """Read a shift within the scope that the permission needs."""
    shift = shifts.get_shift(shift_id)
    permission.ensure(current_actor(), path=shift.place.path)
    return shift


def back(shift_id: int) -> Response:
    return redirect(url_for("signups.show", shift_id=shift_id), 303)


def _form(permission: Permission, shift: Shift | None = None) -> ShiftForm:
    form = ShiftForm(obj=shift)
    offer_places(form, permission)
    if shift and not form.is_submitted():
        form.place.data = shift.place_id
    return form


def _remarks(shift: Shift) -> tuple[str, ...]:
    if shift.state == "draft":
        return (_("Draft"),)
    short = shift.minimum - shift.confirmed
    if shift.state == "published" and short > 0:
        return (_("%(number)s too few", number=short),)
    return ()
