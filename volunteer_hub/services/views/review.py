"""What waits for a second person, and what that person does with it."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_hub.foundation.answers import safe_next
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.paging import read_page
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.services import policy
from volunteer_hub.services.actions import records as actions
from volunteer_hub.services.forms import ReasonForm
from volunteer_hub.services.models import ServiceRecord
from volunteer_hub.services.queries import records as queries
from volunteer_hub.services.queries.sheets import list_waiting_sheets
from volunteer_hub.services.views.records import blueprint, next_url, viewer

blueprints = (blueprint,)


@blueprint.get("/services/waiting")
@permits(policy.REVIEW)
def waiting() -> str:
    """Show the sheets and the single drafts that wait for this person, the oldest first."""
    paths = current_actor().paths(policy.REVIEW.roles or ())
    drafts = queries.list_waiting(paths, viewer())
    page = read_page(drafts, keys=[ServiceRecord.id], after=request.args.get("after"))
    return render_template(
        "services/waiting.html",
        page=page,
        next_url=next_url(page.next),
        sheets=list_waiting_sheets(paths, viewer()),
        form=ReasonForm(),
    )


@blueprint.post("/services/<int:record_id>/verify")
@permits(policy.VERIFY)
def verify(record_id: int) -> Response:
    """Let a record count."""
    record = _open(record_id, policy.VERIFY)
    facts = {"record_id": record.id, "verifier": viewer(), "now": utc_now()}
    return _do(record_id, _("Verified. It counts now."), actions.verify_record, **facts)


@blueprint.post("/services/<int:record_id>/reject")
@permits(policy.REJECT)
def reject(record_id: int) -> Response:
    """Give a record back with a reason."""
    record, form = _open(record_id, policy.REJECT), ReasonForm()
    reason = form.reason.data or "" if form.validate_on_submit() else ""
    facts = {"record_id": record.id, "rejecter": viewer(), "reason": reason, "now": utc_now()}
    return _do(record_id, _("Returned. It counts nowhere."), actions.reject_record, **facts)


@blueprint.post("/services/<int:record_id>/reverse")
@permits(policy.REVERSE)
def reverse(record_id: int) -> Response:
    """Write the record that takes this one back."""
    record, form = _open(record_id, policy.REVERSE), ReasonForm()
    reason = form.reason.data or "" if form.validate_on_submit() else ""
    facts = {"record_id": record.id, "created_by": viewer(), "reason": reason, "now": utc_now()}
    said = _("The reversing record is written. It counts once a second person has verified it.")
    return _do(record_id, said, actions.reverse_record, **facts)


def _open(record_id: int, permission: Permission) -> ServiceRecord:
    record = queries.get_record(record_id)
    permission.ensure(current_actor(), path=record.place.path, owner=record.created_by)
    return record


def _do(here: int, said: str, act: Callable[..., object], **facts: Any) -> Response:
    """Do one thing, say what came of it, and go back to the list it was done from."""
    try:
        with transaction():
            act(**facts)
    except Refusal as refusal:
        flash(say(refusal), "error")
    else:
        flash(said, "success")
    back = request.form.get("next") or url_for(".show", record_id=here)
    return redirect(safe_next(back), 303)
