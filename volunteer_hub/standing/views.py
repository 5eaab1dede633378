"""Help every time until I stop: begin, look, pause and stop; and who helps so, for staff."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.activities.queries.words import WEEKDAYS, say_rule
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import Confirmation, blame
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import local_day, localized, ngettext, say
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.standing import policy, rules
from volunteer_hub.standing.actions import orders as actions
from volunteer_hub.standing.forms import ANY, OrderForm, PauseForm, StopForm
from volunteer_hub.standing.models import StandingOrder
from volunteer_hub.standing.queries import orders, series

blueprint = Blueprint("standing", __name__)
blueprints = (blueprint,)

Answer = Response | tuple[str, int]
SHOWN = 5  # coming days on the page of a series


@blueprint.route("/standing/series/<int:series_id>", methods=["GET", "POST"])
@permits(policy.KEEP_OWN)
def begin(series_id: int) -> Answer:
    """Say what it means to help every time, and promise it."""
    found, now = series.get_public(series_id), utc_now()
    coming = series.list_open(series_id, now=now)
    tasks, risks = series.list_tasks(coming), _risks(coming)
    rule = found.recurrence
    offered = rules.weekdays_of(rule.frequency, rule.weekdays)
    form = OrderForm(data={"begins_on": local_day(now), "task": ANY})
    form.offer(tasks, weekdays=offered, risky=bool(risks))
    if form.validate_on_submit():
        try:
            _begin(series_id, form, tasks)
            return redirect(url_for(".mine"), 303)
        except Refusal as refusal:
            blame(form, refusal)
            found = series.get_public(series_id)  # the rollback let go of it
            coming = series.list_open(series_id, now=now)
    page = render_template(
        "standing/begin.html",
        series=found,
        rule=say_rule(found.recurrence),
        wall=found.span_on(found.first_on),
        coming=coming[:SHOWN],
        risks=risks,
        form=form,
        mine=orders.list_running(_me(), series_id=series_id),
        day_names=_day_names,
        may_see_people=policy.READ_PEOPLE.allows(current_actor(), path=found.place.path),
    )
    return page, 422 if form.errors else 200


@blueprint.get("/standing/series/<int:series_id>/people")
@permits(policy.READ_PEOPLE)
def people(series_id: int) -> str:
    """List who helps with a series every time, for staff of its place."""
    found = series.get_series(series_id)
    policy.READ_PEOPLE.ensure(current_actor(), path=found.place.path)
    page = orders.page_people(series_id, after=request.args.get("after"))
    more = url_for(".people", series_id=series_id, after=page.next) if page.next else ""
    return render_template(
        "standing/people.html",
        series=found,
        rule=say_rule(found.recurrence),
        orders=page.items,
        next_url=more,
        day_names=_day_names,
        today=local_day(utc_now()),
    )


@blueprint.get("/me/standing")
@permits(policy.READ_OWN)
def mine() -> str:
    """List one's own orders, each with its next shifts."""
    now = utc_now()
    page = orders.page_own(_me(), after=request.args.get("after"))
    return render_template(
        "standing/mine.html",
        orders=page.items,
        coming=orders.list_coming([order.id for order in page.items], now=now),
        next_url=url_for(".mine", after=page.next) if page.next else "",
        say_rule=say_rule,
        day_names=_day_names,
        reasons=rules.REASONS,
        otherwise=rules.OTHERWISE,
        today=local_day(now),
    )


@blueprint.route("/standing/<int:order_id>/pause", methods=["GET", "POST"])
@permits(policy.KEEP_OWN)
def pause(order_id: int) -> Answer:
    """Leave some days out."""
    order, form = _own(order_id), PauseForm(data={"giving_back": True})
    if form.validate_on_submit():
        try:
            given = _pause(order_id, form)
        except Refusal as refusal:
            blame(form, refusal)
            order = _own(order_id)
        else:
            return _done(_("Paused. You are signed up again afterwards."), given)
    page = render_template("standing/pause.html", order=order, form=form)
    return page, 422 if form.errors else 200


@blueprint.post("/standing/<int:order_id>/resume")
@permits(policy.KEEP_OWN)
def resume(order_id: int) -> Response:
    """Take a pause back."""
    try:
        if Confirmation().validate_on_submit():
            with transaction():
                actions.resume(order_id=order_id, by=_me())
            flash(_("The pause has ended. You are signed up again as shifts come."), "success")
    except NotFound:
        raise
    except Refusal as refusal:
        flash(say(refusal), "error")
    return redirect(url_for(".mine"), 303)


@blueprint.route("/standing/<int:order_id>/stop", methods=["GET", "POST"])
@permits(policy.KEEP_OWN)
def stop(order_id: int) -> Answer:
    """Help no more from now on."""
    order, form, now = _own(order_id), StopForm(data={"giving_back": True}), utc_now()
    if form.validate_on_submit():
        try:
            giving_back = {"giving_back": form.giving_back.data, "now": now}
            with transaction():
                given = actions.stop(order_id=order_id, by=_me(), **giving_back)
        except Refusal as refusal:
            flash(say(refusal), "error")
            return redirect(url_for(".mine"), 303)
        return _done(_("Stopped. Thank you for every time you came."), given)
    places = len(orders.ids_of_promises(order_id, now=now))
    page = render_template("standing/stop.html", order=order, form=form, places=places)
    return page, 422 if form.errors else 200


def _begin(series_id: int, form: OrderForm, tasks: dict[str, series.Task]) -> None:
    with transaction():
        order = actions.begin(
            series_id=series_id,
            person=get_person(_me()),
            task=tasks.get(form.chosen),
            weekdays=form.days,
            begins_on=form.begins_on.day,
            ends_on=form.ends_on.data,
            now=utc_now(),
        )
    flash(_("You help every time now: %(what)s.", what=localized(order.series, "title")), "success")


def _pause(order_id: int, form: PauseForm) -> int:
    with transaction():
        return actions.pause(
            order_id=order_id,
            by=_me(),
            away_from=form.away_from.day,
            away_to=form.away_to.day,
            giving_back=form.giving_back.data,
            now=utc_now(),
        )


def _own(order_id: int) -> StandingOrder:
    order = orders.get_order(order_id)
    if order.person_id != _me() or order.state != "running":
        raise NotFound
    return order


def _me() -> int:
    return current_actor().person_id or 0


def _risks(coming: Sequence[Shift]) -> list[str]:
    """Gather the risk notices of the coming shifts, each once."""
    lines = [line for shift in coming for line in localized(shift, "risk_notice").splitlines()]
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def _day_names(days: Sequence[int] | None) -> str:
    """Name the days of the week, or nothing where there is no choice."""
    return _(", ").join(_(WEEKDAYS[day]) for day in days or ())


def _done(text: str, given: int) -> Response:
    back = ngettext("%(num)s place is free again.", "%(num)s places are free again.", given)
    flash(f"{text} {back}" if given else text, "success")
    return redirect(url_for(".mine"), 303)
