"""Looking for someone: ask, see who does, take a place over, say no, stop looking."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import Confirmation
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import say, say_errors
from volunteer_hub.foundation.refusal import BrokenInput, NotFound, Refusal
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.people.rules.accounts import masked_name
from volunteer_hub.shifts.queries.lists import where
from volunteer_hub.shifts.queries.shifts import get_shift
from volunteer_hub.signups.queries.signups import find_live
from volunteer_hub.signups.rules.line import line_closes_at
from volunteer_hub.stand_ins import actions, policy, queries, rules
from volunteer_hub.stand_ins.forms import AskForm, TakeForm
from volunteer_hub.stand_ins.models import StandInRequest

blueprint = Blueprint("stand_ins", __name__)
blueprints = (blueprint,)

Answer = Response | tuple[str, int]


@blueprint.get("/stand-ins")
@permits(policy.READ)
def looking() -> str:
    """List who looks for somebody: no phone numbers, and of names the beginning only."""
    page = queries.page_open(_me(), now=utc_now(), after=request.args.get("after"))
    return render_template(
        "stand_ins/looking.html",
        requests=page.items,
        next_url=url_for(".looking", after=page.next) if page.next else "",
        where=where,
        masked=masked_name,
        me=_me(),
    )


@blueprint.route("/stand-ins/shifts/<int:shift_id>/ask", methods=["GET", "POST"])
@permits(policy.ASK)
def ask(shift_id: int) -> Answer:
    """Look for somebody who takes one's own place over; while people wait, the line goes first."""
    signup, form, now = find_live(shift_id, person_id=_me()), AskForm(), utc_now()
    if signup is None or signup.state != "confirmed":
        raise NotFound
    known = queries.find_open(signup.id)
    if known is not None:
        return redirect(url_for(".show", request_id=known.id), 303)
    if form.validate_on_submit():
        try:
            return _ask(shift_id, form)
        except BrokenInput as refusal:
            form.number.errors = [error["message"] for error in say_errors(refusal)]
        except Refusal as refusal:
            form.form_errors.append(say(refusal))
    shift = get_shift(shift_id)
    moves = shift.is_open(now) and now < line_closes_at(shift.starts_at)
    waiting = queries.count_waiting(signup) if moves else 0
    page = render_template(
        "stand_ins/ask.html",
        shift=shift,
        form=form,
        waiting=waiting,
        where=where,
        begun=not shift.is_open(now),
    )
    return page, 422 if form.errors else 200


@blueprint.get("/stand-ins/<int:request_id>")
@permits(policy.READ)
def show(request_id: int) -> str:
    """Show whom a place is looked for by, and the form to take it over."""
    return render_template("stand_ins/show.html", **_page_of(_visible(request_id), TakeForm()))


@blueprint.post("/stand-ins/<int:request_id>")
@permits(policy.TAKE)
def take(request_id: int) -> Answer:
    """Take the place over; of many who press at once one gets it, and the others are told."""
    found, form = _visible(request_id), TakeForm()
    if not form.validate_on_submit():
        return render_template("stand_ins/show.html", **_page_of(found, form)), 422
    shift_id = found.signup.shift_id
    person = get_person(_me())
    if _done(lambda: actions.take(request_id=request_id, person=person, now=utc_now())):
        flash(_("The place is yours. Both of you are told."), "success")
        return redirect(url_for("signups.show", shift_id=shift_id), 303)
    return redirect(url_for(".show", request_id=request_id), 303)


@blueprint.post("/stand-ins/<int:request_id>/decline")
@permits(policy.TAKE)
def decline(request_id: int) -> Response:
    """Say no to somebody who asked."""
    _visible(request_id)
    answer = Confirmation().validate_on_submit()
    if answer and _done(lambda: actions.decline(request_id=request_id, by=_me(), now=utc_now())):
        flash(_("Thank you for your answer. It is passed on."), "success")
        return redirect(url_for(".looking"), 303)
    return redirect(url_for(".show", request_id=request_id), 303)


@blueprint.post("/stand-ins/<int:request_id>/withdraw")
@permits(policy.ASK)
def withdraw(request_id: int) -> Response:
    """Stop looking: one comes after all."""
    shift_id = _visible(request_id).signup.shift_id
    answer = Confirmation().validate_on_submit()
    if answer and _done(lambda: actions.withdraw(request_id=request_id, by=_me(), now=utc_now())):
        flash(_("Nobody is looked for any more. You keep your place."), "success")
    return redirect(url_for("signups.show", shift_id=shift_id), 303)


def _ask(shift_id: int, form: AskForm) -> Response:
    with transaction():
        made = actions.ask(
            shift_id=shift_id,
            by=get_person(_me()),
            note=form.note.data or "",
            number=form.number.data or None,
            now=utc_now(),
        )
    asked = _("The person is asked. You keep your place until they say yes.")
    open_to_all = _("Everybody can see it now. You keep your place until somebody takes it.")
    flash(asked if made.invited_id else open_to_all, "success")
    return redirect(url_for(".show", request_id=made.id), 303)


def _page_of(found: StandInRequest, form: TakeForm) -> dict[str, Any]:
    signup, now = found.signup, utc_now()
    goes_on = found.state == "open" and signup.state == "confirmed" and signup.shift.is_open(now)
    return {
        "asking": found,
        "shift": signup.shift,
        "activity": signup.shift.activity,
        "where": where,
        "form": form,
        "who": signup.person.name if found.invited_id else masked_name(signup.person.name),
        "goes_on": goes_on,
        "ended": rules.ENDED[found.state if found.state != "open" else "closed"],
        "yours": signup.person_id == _me(),
        "asked": found.invited_id == _me(),
        "here": find_live(signup.shift_id, person_id=_me()) is not None,
    }


def _visible(request_id: int) -> StandInRequest:
    found = queries.get_request(request_id)
    people = {"owner_id": found.signup.person_id, "invited_id": found.invited_id}
    if not rules.may_see(_me(), **people, taken_by=found.taken_by):
        raise NotFound
    return found


def _done(act: Callable[[], object]) -> bool:
    """Do it in a transaction, or say what refused it."""
    try:
        with transaction():
            act()
    except NotFound:
        raise
    except Refusal as refusal:
        flash(say(refusal), "error")
        return False
    return True


def _me() -> int:
    return current_actor().person_id or 0
