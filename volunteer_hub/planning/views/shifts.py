"""Where staff plan shifts: the workspace, and publishing."""

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
from volunteer_hub.planning.policy import READ_TEMPLATES
from volunteer_hub.planning.queries import workspace as queries
from volunteer_hub.planning.views.filling import said
from volunteer_hub.shifts import policy
from volunteer_hub.shifts.actions import planning
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries import lists, shifts

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
        may_read_templates=READ_TEMPLATES.allows(actor),
    )


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


def _remarks(shift: Shift) -> tuple[str, ...]:
    if shift.state == "draft":
        return (_("Draft"),)
    short = shift.minimum - shift.confirmed
    if shift.state == "published" and short > 0:
        return (_("%(number)s too few", number=short),)
    return ()
