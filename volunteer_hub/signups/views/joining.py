"""Take a place and give it back."""

from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import Confirmation
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.signups import policy
from volunteer_hub.signups.actions import joining, offers
from volunteer_hub.signups.forms import JoinForm
from volunteer_hub.signups.queries import signups
from volunteer_hub.signups.views.public import blueprint, open_shift, page_of

blueprints = (blueprint,)

INTENT = "intent"  # the shift a visitor pressed 报名 on, kept through the sign-in
INTENT_LASTS = timedelta(minutes=30)

Answer = Response | tuple[str, int]


@blueprint.post("/shifts/<int:shift_id>/join")
@permits(policy.WISH)
def join(shift_id: int) -> Answer:
    """Sign up whoever is signed in; a visitor signs in first, and is signed up then."""
    form = JoinForm()
    if not form.validate_on_submit():
        return render_template("signups/show.html", **page_of(open_shift(shift_id), form)), 422
    asked = {"role": form.role.data, "instant": form.instant.data}
    if current_actor().signed_in:
        return _join(shift_id, asked)
    open_shift(shift_id)
    session[INTENT] = {"shift": shift_id, "at": utc_now().timestamp(), **asked}
    return redirect(
        url_for("people.sign_in", next=url_for(".finish_joining", shift_id=shift_id)), 303
    )


@blueprint.get("/shifts/<int:shift_id>/join")
@permits(policy.WISH)
def finish_joining(shift_id: int) -> Response:
    """Do after the sign-in what the visitor asked for before it, in this browser, just now."""
    wish: dict[str, Any] = session.pop(INTENT, {})
    wanted_at = datetime.fromtimestamp(wish.get("at", 0), tz=utc_now().tzinfo)
    fresh = utc_now() - wanted_at < INTENT_LASTS
    if current_actor().signed_in and wish.get("shift") == shift_id and fresh:
        return _join(shift_id, wish)
    return redirect(url_for(".show", shift_id=shift_id, _anchor="signup"), 303)


@blueprint.post("/shifts/<int:shift_id>/accept")
@permits(policy.JOIN)
def accept(shift_id: int) -> Response:
    """Take the place that is offered to oneself."""
    mine = signups.find_live(shift_id, person_id=current_actor().person_id or 0)
    if mine is None:
        raise NotFound
    try:
        if Confirmation().validate_on_submit():
            with transaction():
                offers.accept(signup_id=mine.id, now=utc_now())
    except Refusal as refusal:
        flash(say(refusal), "error")
    else:
        flash(_("You are in. The confirmation is on its way to you."), "success")
    return redirect(url_for(".show", shift_id=shift_id), 303)


@blueprint.post("/shifts/<int:shift_id>/leave")
@permits(policy.JOIN)
def leave(shift_id: int) -> Response:
    """Give one's own place back, or step out of the line."""
    person_id = current_actor().person_id or 0
    mine = signups.find_live(shift_id, person_id=person_id)
    if mine is None:
        raise NotFound
    waited = mine.state != "confirmed"
    try:
        if Confirmation().validate_on_submit():
            with transaction():
                joining.leave(signup_id=mine.id, now=utc_now(), by=person_id, by_staff=False)
    except Refusal as refusal:
        flash(say(refusal), "error")
    else:
        flash(
            _("You have left the waitlist.")
            if waited
            else _("Your place is free again. Thank you for telling us in time."),
            "success",
        )
    return redirect(url_for(".show", shift_id=shift_id), 303)


def _join(shift_id: int, asked: dict[str, Any]) -> Response:
    person = signups.get_who_asks(current_actor().person_id or 0)
    ask = joining.Ask(role_id=asked.get("role"), instant=bool(asked.get("instant")))
    try:
        with transaction():
            signup = joining.join(shift_id=shift_id, person=person, now=utc_now(), ask=ask)
    except Refusal as refusal:
        open_shift(shift_id)  # of a shift that this reader may not see nothing is said
        flash(say(refusal), "error")
    else:
        if signup.state == "confirmed":
            flash(_("You are in. The confirmation is on its way to you."), "success")
        else:
            flash(_("You are on the waitlist now. We tell you when a place is yours."), "success")
    return redirect(url_for(".show", shift_id=shift_id), 303)
