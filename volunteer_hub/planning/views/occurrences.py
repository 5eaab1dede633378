"""What staff choose about an activity with its shifts: move it, keep it on a day off, copy it."""

from datetime import datetime, timedelta

from flask import flash, render_template
from werkzeug.wrappers import Response

from volunteer_hub.activities.models import Activity
from volunteer_hub.activities.rules.days_off import WORDS, day_off
from volunteer_hub.foundation.clock import Span, utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import blame
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import local_day
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.planning import policy
from volunteer_hub.planning.actions import occurrences, templates
from volunteer_hub.planning.forms.activities import CopyForm, SpanForm
from volunteer_hub.planning.views.activities import to_activity
from volunteer_hub.planning.views.filling import open_activity, said
from volunteer_hub.planning.views.shifts import blueprint
from volunteer_hub.shifts.queries import lists

blueprints = (blueprint,)
Answer = Response | tuple[str, int]
A_WEEK = timedelta(weeks=1)


@blueprint.route("/activities/<int:activity_id>/move", methods=["GET", "POST"])
@permits(policy.MOVE)
def move(activity_id: int) -> Answer:
    """Move an activity with its shifts; on a day off, show all that can be chosen."""
    activity, form = open_activity(activity_id, policy.MOVE), SpanForm()
    if form.validate_on_submit():
        span = Span(form.starts_at.instant, form.ends_at.instant)
        try:
            with transaction():
                occurrences.move_activity(activity=activity, span=span, now=utc_now())
        except Refusal as refusal:
            blame(form, refusal)
            activity = open_activity(activity_id, policy.MOVE)
        else:
            _say_moved(span)
            return to_activity(activity_id)
    if not form.is_submitted():
        form.starts_at.process_data(activity.starts_at)
        form.ends_at.process_data(activity.ends_at)
    planned = lists.list_of_activity(activity_id, drafts=True)
    page = render_template(
        "planning/move.html",
        form=form,
        activity=activity,
        people=sum(shift.confirmed + shift.waiting for shift in planned),
        off_words=WORDS,
    )
    return page, 422 if form.errors else 200


@blueprint.post("/activities/<int:activity_id>/keep")
@permits(policy.MOVE)
def keep(activity_id: int) -> Response:
    """Hold it on the day off all the same."""
    activity = open_activity(activity_id, policy.MOVE)
    try:
        with transaction():
            occurrences.keep_activity(activity=activity, now=utc_now())
    except Refusal as refusal:
        flash(said(refusal), "error")
    else:
        flash(_("Kept on its day."), "success")
    return to_activity(activity_id)


@blueprint.route("/activities/<int:activity_id>/copy", methods=["GET", "POST"])
@permits(policy.COPY)
def copy(activity_id: int) -> Answer:
    """Plan an activity like this one, with its shifts; all drafts."""
    activity, form = open_activity(activity_id, policy.COPY), CopyForm()
    if form.validate_on_submit():
        try:
            with transaction():
                by = current_actor().person_id
                made = templates.copy_activity(
                    activity=activity,
                    starts_at=form.starts_at.instant,
                    created_by=by,
                    now=utc_now(),
                )
        except Refusal as refusal:
            blame(form, refusal)
            activity = open_activity(activity_id, policy.COPY)
        else:
            flash(_("The copy is a draft. Look through it, then publish it."), "success")
            return to_activity(made.id)
    if not form.is_submitted():
        form.starts_at.process_data(_next_time(activity, utc_now()))
    page = render_template("planning/copy.html", form=form, activity=activity)
    return page, 422 if form.errors else 200


def _next_time(activity: Activity, now: datetime) -> datetime:
    """Propose the same weekday and time, the first one to come."""
    weeks = max((now - activity.starts_at) // A_WEEK + 1, 1)
    return activity.starts_at + weeks * A_WEEK


def _say_moved(span: Span) -> None:
    flash(_("Moved. Everybody who signed up is told."), "success")
    off = day_off(local_day(span.starts_at))
    if off:
        flash(_("Please note: that day is %(day)s.", day=_(WORDS[off])), "info")
