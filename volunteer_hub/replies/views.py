"""The pages behind the links in a letter: each says what will happen, and one button does it.

Looking changes nothing: programs that guard mailboxes open every link. Why the address is all the
proof that is needed: docs/decisions/0013-answers-from-letters.md.
"""

from datetime import timedelta
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import permits
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.limits import by_address, limiter
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.foundation.security import csrf
from volunteer_hub.messages.rules.kinds import KIND_WORDS
from volunteer_hub.people.models import Person
from volunteer_hub.preferences.queries import has_stopped
from volunteer_hub.replies import policy, queries
from volunteer_hub.replies.actions import by_link, stopping
from volunteer_hub.replies.rules import links
from volunteer_hub.replies.rules.stopping import ONE_CLICK, LinkIsOfNoLetter
from volunteer_hub.shifts.queries.lists import where
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries.signups import find_live
from volunteer_hub.signups.rules.answers import LinkIsUnknown
from volunteer_hub.signups.rules.line import is_late

blueprint = Blueprint("replies", __name__)
blueprints = (blueprint,)
Answer = AnyResponse | str | tuple[str, int]
GONE = 410


@blueprint.get("/replies/<token>")
@limiter.limit("120 per minute", key_func=by_address)
@permits(policy.ANSWER)
def show(token: str) -> Answer:
    """Say what the link is for, with one button; or that it is done, or cannot be any more."""
    try:
        signup, verb = _known(token)
    except LinkIsUnknown as refusal:
        return render_template("replies/over.html", sentence=say(refusal)), refusal.status
    shift, now = signup.shift, utc_now()
    try:
        links.ensure_goes_on(shift_state=shift.state, span=shift.span, now=now)
        if links.is_so(verb, state=signup.state, says_coming=signup.coming_at is not None):
            if signup.ended_at and find_live(shift.id, person_id=signup.person_id):
                raise links.SignedUpAgain
            return _page("done", signup, verb=verb)
        links.ensure_may(verb, state=signup.state, offer_until=signup.offer_until, now=now)
    except Refusal as refusal:
        return _page("over", signup, sentence=say(refusal)), GONE
    cutoff = timedelta(minutes=shift.leave_cutoff)
    late = signup.state == "confirmed" and is_late(shift.starts_at, cutoff=cutoff, now=now)
    return _page("show", signup, verb=verb, token=token, late=late)


@blueprint.post("/replies/<token>")
@limiter.limit("60 per minute", key_func=by_address)
@permits(policy.ANSWER)
@csrf.exempt
def answer(token: str) -> Answer:
    """Do it, and show what holds now."""
    key = current_app.config["SECRET_KEY"]
    try:
        with transaction():
            by_link.answer(token=token, key=key, now=utc_now())
    except LinkIsUnknown as refusal:
        return render_template("replies/over.html", sentence=say(refusal)), refusal.status
    except Refusal as refusal:
        signup, _verb = _known(token)
        return _page("over", signup, sentence=say(refusal)), refusal.status
    return redirect(url_for(".show", token=token), 303)


@blueprint.get("/replies/stop/<token>")
@limiter.limit("120 per minute", key_func=by_address)
@permits(policy.ANSWER)
def stop(token: str) -> Answer:
    """Say which letters would stop, with one button; or that they have, and how to undo it."""
    try:
        return _stop_page(token)
    except LinkIsOfNoLetter as refusal:
        return render_template("replies/over.html", sentence=say(refusal)), refusal.status


@blueprint.post("/replies/stop/<token>")
@limiter.limit("60 per minute", key_func=by_address)
@permits(policy.ANSWER)
@csrf.exempt
def do_stop(token: str) -> Answer:
    """Stop them, or undo it. A mail program that presses for its owner follows no redirect."""
    key = current_app.config["SECRET_KEY"]
    one_click = request.form.get("List-Unsubscribe") == ONE_CLICK
    try:
        with transaction():
            again = not one_click and "again" in request.form
            stopping.by_link(token=token, key=key, wanted=again, now=utc_now())
        return _stop_page(token) if one_click else redirect(url_for(".stop", token=token), 303)
    except LinkIsOfNoLetter as refusal:
        return render_template("replies/over.html", sentence=say(refusal)), refusal.status


@blueprint.after_request
def _tell_nobody(response: Response) -> Response:
    """Keep the address, which is a secret, out of other sites' logs and of search engines."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _known(token: str) -> tuple[Signup, str]:
    """Read what the link speaks of, and speak the language of whom it was written to."""
    signup, verb = queries.get_claimed(token, key=current_app.config["SECRET_KEY"])
    _speak_to(signup.person)
    return signup, verb


def _speak_to(person: Person) -> None:
    # A choice made in this browser is newer than what the account says.
    g.language = session.get("language", person.language)
    g.elder_mode = session.get("elder", person.elder_mode)


def _stop_page(token: str) -> str:
    person, kind, channel = queries.get_stopping(token, key=current_app.config["SECRET_KEY"])
    _speak_to(person)
    stopped = has_stopped(person.id, kind=kind, channel=channel)
    facts = {"what": KIND_WORDS[kind], "channel": channel, "stopped": stopped}
    return render_template("replies/stop.html", token=token, **facts)


def _page(name: str, signup: Signup, **more: Any) -> str:
    shift = signup.shift
    known = {"signup": signup, "shift": shift, "activity": shift.activity, "where": where}
    called = links.first_name(signup.person.name)
    return render_template(f"replies/{name}.html", name=called, **known, **more)
