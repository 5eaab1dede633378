"""Disputes that wait for somebody who had no part in the hours."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import local_day, say
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.hours import policy
from volunteer_hub.hours.actions import disputes as actions
from volunteer_hub.hours.forms import AnswerForm
from volunteer_hub.hours.queries import disputes as queries
from volunteer_hub.hours.queries import hours as hours_queries
from volunteer_hub.hours.views.hours import blueprint

blueprints = (blueprint,)


@blueprint.get("/attendance/disputes")
@permits(policy.ANSWER)
def disputes() -> str:
    """List the open disputes, the one due first on top: what is overdue leads."""
    paths, today = current_actor().paths(policy.ANSWER.roles or ()), local_day(utc_now())
    page = queries.page_open(paths=paths, after=request.args.get("after"))
    total, overdue = queries.count_open(paths, today=today)
    return render_template(
        "hours/disputes.html", page=page, total=total, overdue=overdue, today=today
    )


@blueprint.route("/attendance/disputes/<int:dispute_id>", methods=["GET", "POST"])
@permits(policy.ANSWER)
def dispute_answer(dispute_id: int) -> Response | tuple[str, int]:
    """Uphold a dispute with the right minutes, or turn it down; the volunteer reads why."""
    found, form = queries.get_dispute(dispute_id), AnswerForm()
    policy.ANSWER.ensure(current_actor(), path=found.hours.shift.place.path)
    if form.validate_on_submit():
        try:
            with transaction():
                _answer(dispute_id, form)
            flash(_("Answered: the volunteer is told."), "success")
            return redirect(url_for(".disputes"), 303)
        except Refusal as refusal:
            form.form_errors.append(say(refusal))
            found = queries.get_dispute(dispute_id)  # the rollback let go of it
    hours = found.hours
    page = render_template(
        "hours/dispute_answer.html",
        dispute=found,
        entry=hours,
        taken_back=hours.id in hours_queries.list_reversed([hours.id]),
        form=form,
        today=local_day(utc_now()),
    )
    return page, 422 if form.errors else 200


def _answer(dispute_id: int, form: AnswerForm) -> None:
    said = {"dispute_id": dispute_id, "answer": form.answer.data or ""}
    by, now = current_actor().person_id or 0, utc_now()
    if form.verdict.data == "upheld":
        actions.uphold(**said, minutes=form.minutes.data or 0, by=by, now=now)
    else:
        actions.turn_down(**said, by=by, now=now)
