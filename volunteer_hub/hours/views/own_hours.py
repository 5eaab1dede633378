"""One's own hours: every row and correction, the stars, what one declares and disputes."""

from collections.abc import Collection

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import local_day, say
from volunteer_hub.foundation.limits import limiter
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.hours import policy
from volunteer_hub.hours.actions import disputes as actions
from volunteer_hub.hours.forms import DisputeForm
from volunteer_hub.hours.models import Dispute, Hours
from volunteer_hub.hours.queries import disputes as dispute_queries
from volunteer_hub.hours.queries import hours as queries
from volunteer_hub.hours.rules import disputes as rules
from volunteer_hub.hours.rules import hours as hours_rules
from volunteer_hub.hours.rules import stars
from volunteer_hub.hours.views.hours import blueprint

blueprints = (blueprint,)


@blueprint.get("/me/hours")
@permits(policy.OWN_HOURS)
def my_hours() -> str:
    """Show a person all hours of their own, each class by itself, with every correction."""
    me, now = _me(), utc_now()
    page = queries.page_own(me, after=request.args.get("after"))
    totals = queries.hours_of(me)
    disputes = dispute_queries.list_latest([one.id for one in page.items])
    since = now - queries.limits().declare_within
    return render_template(
        "hours/my_hours.html",
        totals=totals,
        source_words=hours_rules.SOURCE_WORDS,
        standing=stars.standing(totals.by_source, dispute_queries.list_thresholds()),
        page=page,
        taken_back=queries.list_reversed(one.id for one in page.items),
        disputes=disputes,
        disputable=_disputable(page.items, disputes),
        undeclared=queries.list_undeclared(me, since=since, until=now),
        today=local_day(now),
    )


@blueprint.route("/me/hours/<int:hours_id>/dispute", methods=["GET", "POST"])
@limiter.limit("10 per hour", methods=["POST"])  # each one writes to the coordinators
@permits(policy.DISPUTE)
def dispute(hours_id: int) -> Response | tuple[str, int]:
    """Say what is wrong with settled hours."""
    found, form = queries.get_hours(hours_id), DisputeForm()
    if found.person_id != _me():
        raise NotFound
    if form.validate_on_submit():
        says, now = form.says.data or "", utc_now()
        try:
            with transaction():
                actions.open_dispute(hours_id=hours_id, says=says, by=_me(), now=now)
            flash(_("Sent. Somebody else looks at it and answers you."), "success")
            return redirect(url_for(".my_hours"), 303)
        except Refusal as refusal:
            form.form_errors.append(say(refusal))
            found = queries.get_hours(hours_id)  # the rollback let go of it
    days = queries.limits().dispute_days
    page = render_template("hours/dispute.html", entry=found, form=form, days=days)
    return page, 422 if form.errors else 200


@blueprint.post("/me/hours/disputes/<int:dispute_id>/withdraw")
@permits(policy.DISPUTE)
def withdraw_dispute(dispute_id: int) -> Response:
    try:
        with transaction():
            actions.withdraw(dispute_id=dispute_id, by=_me(), now=utc_now())
        flash(_("Withdrawn: the hours stay as they are."), "success")
    except NotFound:
        raise
    except Refusal as refusal:
        flash(say(refusal), "error")
    return redirect(url_for(".my_hours"), 303)


def _disputable(rows: Collection[Hours], disputes: dict[int, Dispute]) -> set[int]:
    """Find the rows that get a button."""
    last = queries.list_last(_me(), [row.shift_id for row in rows])
    is_open = {hours_id for hours_id, found in disputes.items() if found.state == "open"}
    return {
        row.id
        for row in rows
        if rules.may_dispute(
            state=row.state,
            is_reversal=row.is_reversal,
            is_last=row.id in last,
            is_open=row.id in is_open,
        )
    }


def _me() -> int:
    return current_actor().person_id or 0
