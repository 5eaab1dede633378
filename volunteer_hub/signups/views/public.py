"""What everybody sees: an activity and a shift."""

from typing import Any

from flask import Blueprint, render_template

from volunteer_hub.activities import queries as activities
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries import get_person
from volunteer_hub.shifts import policy, rules
from volunteer_hub.shifts.forms import JoinForm, LeaveForm
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries import lists, shifts, signups

blueprint = Blueprint("shifts", "volunteer_hub.shifts.views")
blueprints = (blueprint,)


@blueprint.get("/activities/<int:activity_id>")
@permits(policy.LIST)
def activity(activity_id: int) -> str:
    """Show an activity and its shifts; drafts only to staff of the place."""
    actor, found = current_actor(), activities.get_activity(activity_id)
    staff = policy.READ_DRAFT.allows(actor, path=found.place.path)
    if found.state == "draft":
        policy.READ_DRAFT.ensure(actor, path=found.place.path)
    planned = lists.list_of_activity(activity_id, drafts=staff)
    may = {p.name: p.allows(actor, path=found.place.path) for p in policy.ON_ACTIVITY}
    return render_template(
        "shifts/activity.html",
        activity=found,
        rows=lists.rows(planned, person_id=actor.person_id),
        may=may,
        over=found.ends_at <= utc_now(),
    )


@blueprint.get("/shifts/<int:shift_id>")
@permits(policy.LIST)
def show(shift_id: int) -> str:
    """Show a shift: when, where, what, the risks, and the form to join."""
    return render_template("shifts/show.html", **page_of(open_shift(shift_id)))


def open_shift(shift_id: int) -> Shift:
    """Read a shift that this reader may see; a draft is for staff of its place."""
    shift = shifts.get_shift(shift_id)
    if shift.state == "draft":
        policy.READ_DRAFT.ensure(current_actor(), path=shift.place.path)
    return shift


def open_for(shift_id: int, permission: Permission) -> Shift:
    """Read a shift within the scope that the permission needs."""
    shift = shifts.get_shift(shift_id)
    permission.ensure(current_actor(), path=shift.place.path)
    return shift


def page_of(shift: Shift, form: JoinForm | None = None) -> dict[str, Any]:
    """Gather what the page of a shift shows this reader."""
    actor, now = current_actor(), utc_now()
    mine = signups.find_live(shift.id, person_id=actor.person_id) if actor.person_id else None
    path = shift.place.path
    return {
        "shift": shift,
        "activity": shift.activity,
        "where": lists.where,
        "state": lists.state_for_reader(shift, mine.state if mine else None),
        "position": signups.position(mine) if mine else None,
        "begun": shift.starts_at <= now,
        "over": shift.ends_at <= now,
        "reminded": bool(rules.coming_reminders(shift.starts_at, now=now)),
        "person": _reader() if not mine else None,
        "form": form or JoinForm(),
        "leave_form": LeaveForm(),
        "may": {p.name: p.allows(actor, path=path) for p in policy.ON_SHIFT},
    }


def _reader() -> Person | None:
    person_id = current_actor().person_id
    return get_person(person_id) if person_id else None
