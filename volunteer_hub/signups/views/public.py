"""What everybody sees: an activity and a shift."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template

from volunteer_hub.activities.queries import activities as activities
from volunteer_hub.credentials.queries import list_types
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import Confirmation
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import localized
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.shifts import policy as shift_policy
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.shifts.queries import lists, roles, shifts
from volunteer_hub.signups import policy
from volunteer_hub.signups.forms import JoinForm
from volunteer_hub.signups.queries import lists as own_lists
from volunteer_hub.signups.queries import signups
from volunteer_hub.signups.rules import line

blueprint = Blueprint("signups", "volunteer_hub.signups.views")
blueprints = (blueprint,)


@blueprint.get("/activities/<int:activity_id>")
@permits(shift_policy.LIST)
def activity(activity_id: int) -> str:
    """Show an activity and its shifts; drafts only to staff of the place."""
    actor, found = current_actor(), activities.get_activity(activity_id)
    staff = shift_policy.READ_DRAFT.allows(actor, path=found.place.path)
    if found.state == "draft":
        shift_policy.READ_DRAFT.ensure(actor, path=found.place.path)
    planned = lists.list_of_activity(activity_id, drafts=staff)
    may = {p.name: p.allows(actor, path=found.place.path) for p in shift_policy.ON_ACTIVITY}
    return render_template(
        "signups/activity.html",
        activity=found,
        rows=own_lists.rows(planned, person_id=actor.person_id),
        may=may,
        over=found.ends_at <= utc_now(),
    )


@blueprint.get("/shifts/<int:shift_id>")
@permits(shift_policy.LIST)
def show(shift_id: int) -> str:
    """Show a shift: when, where, what, the risks, and the form to join."""
    return render_template("signups/show.html", **page_of(open_shift(shift_id)))


def open_shift(shift_id: int) -> Shift:
    """Read a shift that this reader may see; a draft is for staff of its place."""
    shift = shifts.get_shift(shift_id)
    if shift.state == "draft":
        shift_policy.READ_DRAFT.ensure(current_actor(), path=shift.place.path)
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
    found = roles.list_roles(shift.id) if shift.by_role else ()
    permissions = (policy.READ_ROSTER, *shift_policy.ON_SHIFT)
    return {
        "shift": shift,
        "activity": shift.activity,
        "where": lists.where,
        "state": lists.state_for_reader(shift, mine.state if mine else None),
        "mine": mine,
        "position": signups.position(mine) if mine else None,
        "roles": found,
        "needs": _needs(shift, found),
        "opens_later": shift.opens_at is not None and shift.opens_at > now,
        "closed": shift.closes_at is not None and shift.closes_at <= now,
        "line_closed": line.line_closes_at(shift.starts_at) <= now,
        "begun": shift.starts_at <= now,
        "over": shift.ends_at <= now,
        "reminded": bool(line.coming_reminders(shift.starts_at, now=now)),
        "person": _reader() if not mine else None,
        "form": _with_roles(form or JoinForm(), found),
        "leave_form": Confirmation(),
        "may": {p.name: p.allows(actor, path=shift.place.path) for p in permissions},
    }


def _with_roles(form: JoinForm, found: Sequence[ShiftRole]) -> JoinForm:
    form.role.choices = [
        (role.id, _("%(role)s (%(free)s free)", role=localized(role, "title"), free=role.free))
        for role in found
    ]
    return form


def _needs(shift: Shift, found: Sequence[ShiftRole]) -> dict[str, str]:
    """Name the trainings and qualifications that are asked for, by their codes."""
    codes = {need for need in (shift.need, *(role.need for role in found)) if need}
    types = list_types() if codes else ()
    return {known.code: localized(known, "name") for known in types if known.code in codes}


def _reader() -> Person | None:
    person_id = current_actor().person_id
    return get_person(person_id) if person_id else None
