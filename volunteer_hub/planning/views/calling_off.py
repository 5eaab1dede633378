"""Call off a shift, or an activity with all its shifts; everybody who signed up is told why."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from volunteer_hub.activities.policy import CANCEL as CALL_OFF
from volunteer_hub.activities.rules.days_off import WORDS
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.planning.actions import occurrences
from volunteer_hub.planning.forms.shifts import ReasonForm
from volunteer_hub.planning.views.filling import open_activity, said
from volunteer_hub.planning.views.shifts import back, blueprint, open_for
from volunteer_hub.shifts import policy
from volunteer_hub.shifts.queries import lists
from volunteer_hub.signups.actions import changing

blueprints = (blueprint,)
Answer = Response | tuple[str, int]


@blueprint.get("/shifts/<int:shift_id>/cancel")
@permits(policy.CANCEL)
def ask_cancel(shift_id: int) -> str:
    shift = open_for(shift_id, policy.CANCEL)
    return render_template("planning/cancel.html", shift=shift, form=ReasonForm())


@blueprint.post("/shifts/<int:shift_id>/cancel")
@permits(policy.CANCEL)
def cancel(shift_id: int) -> Answer:
    """Call the shift off and tell everybody why."""
    shift, form = open_for(shift_id, policy.CANCEL), ReasonForm()
    if not form.validate_on_submit():
        return render_template("planning/cancel.html", shift=shift, form=form), 422
    try:
        with transaction():
            reason = form.reason.data or ""
            changing.cancel_shift(shift_id=shift_id, reason=reason, now=utc_now())
    except Refusal as refusal:
        flash(said(refusal), "error")
    else:
        flash(_("Cancelled. Everybody who signed up is told."), "success")
    return back(shift_id)


@blueprint.get("/activities/<int:activity_id>/cancel")
@permits(CALL_OFF)
def ask_call_off(activity_id: int) -> str:
    activity = open_activity(activity_id, CALL_OFF)
    planned = lists.list_of_activity(activity_id, drafts=True)
    off = activity.day_off if activity.choice == "waiting" else None
    form = ReasonForm(reason=_(WORDS[off]) if off else None)
    return render_template("planning/call_off.html", activity=activity, planned=planned, form=form)


@blueprint.post("/activities/<int:activity_id>/cancel")
@permits(CALL_OFF)
def call_off(activity_id: int) -> Answer:
    """Call the activity off with all its shifts and tell everybody why."""
    activity, form = open_activity(activity_id, CALL_OFF), ReasonForm()
    if not form.validate_on_submit():
        planned = lists.list_of_activity(activity_id, drafts=True)
        page = {"activity": activity, "planned": planned, "form": form}
        return render_template("planning/call_off.html", **page), 422
    try:
        with transaction():
            occurrences.call_off(activity=activity, reason=form.reason.data or "", now=utc_now())
    except Refusal as refusal:
        flash(said(refusal), "error")
    else:
        flash(_("Cancelled. Everybody who signed up is told."), "success")
    return redirect(url_for("signups.activity", activity_id=activity_id), 303)
