"""Sign in: an address, the code that was sent there, and for newcomers a name and consent."""

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import login_fresh
from werkzeug.wrappers import Response

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import language, say
from volunteer_hub.foundation.limits import by_address, limiter
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.people.actions import accounts
from volunteer_hub.people.actions.sign_in import send_code, try_code
from volunteer_hub.people.forms import AddressForm, CodeForm, WelcomeForm
from volunteer_hub.people.models import Person
from volunteer_hub.people.policy import CHANGE_OWN, SIGN_IN
from volunteer_hub.people.queries import persons, readers
from volunteer_hub.people.rules.accounts import PRIVACY_NOTICE, PRIVACY_VERSION
from volunteer_hub.people.rules.addresses import Address, AddressIsTaken
from volunteer_hub.people.rules.proofs import CodeWasJustSent, ensure_right
from volunteer_hub.people.views.session import (
    READING,
    accept,
    blueprint,
    enter,
    go,
    next_path,
    read_asked,
    read_step,
    remember_asked,
    renew,
)

blueprints = (blueprint,)
Answer = Response | str | tuple[str, int]
ASKS_FROM_ONE_NETWORK = "20 per minute; 200 per hour; 1000 per day"
TRIES_FROM_ONE_NETWORK = "60 per minute; 600 per hour"


@blueprint.get("/sign-in")
@permits(SIGN_IN)
def sign_in() -> Answer:
    """Ask where the code may go."""
    if current_actor().signed_in and login_fresh():
        return redirect(next_path(), 303)
    return render_template("people/sign_in.html", form=AddressForm(), by=_way())


@blueprint.post("/sign-in")
@limiter.limit(ASKS_FROM_ONE_NETWORK, key_func=by_address)
@permits(SIGN_IN)
def ask_code() -> Answer:
    """Send a code; the answer is the same whether or not the address has an account."""
    form = AddressForm()
    if not form.validate():
        return render_template("people/sign_in.html", form=form, by=_way()), 422
    try:
        _send(form.found)
    except CodeWasJustSent as refusal:
        flash(say(refusal), "info")  # the code that is on its way will do
    except Refusal as refusal:
        form.address.errors = [say(refusal)]
        page = render_template("people/sign_in.html", form=form, by=_way())
        return page, refusal.status
    remember_asked("asked", form.found)
    return go("people.enter_code")


@blueprint.get("/sign-in/code")
@permits(SIGN_IN)
def enter_code() -> Answer:
    """Ask for the code that was sent."""
    asked = read_asked("asked")
    if asked is None:
        return go("people.sign_in")
    return _code_page(CodeForm(remember=True), asked)


@blueprint.post("/sign-in/code")
@limiter.limit(TRIES_FROM_ONE_NETWORK, key_func=by_address)
@permits(SIGN_IN)
def use_code() -> Answer:
    """Let in whoever knows the code."""
    asked, form = read_asked("asked"), CodeForm()
    if asked is None:
        return go("people.sign_in")
    if not form.validate():
        return _code_page(form, asked), 422
    key = current_app.config["SECRET_KEY"]
    with transaction():
        tried = try_code(address=asked.value, code=form.code.data or "", key=key, now=utc_now())
    try:
        ensure_right(tried)
    except Refusal as refusal:
        form.code.errors = [say(refusal)]
        return _code_page(form, asked), refusal.status
    person = persons.find_by_address(asked.value)
    return accept(person, address=asked, remember=bool(form.remember.data))


@blueprint.post("/sign-in/code/again")
@limiter.limit(ASKS_FROM_ONE_NETWORK, key_func=by_address)
@permits(SIGN_IN)
def ask_again() -> Answer:
    """Send another code to the same address."""
    asked = read_asked("asked")
    if asked is None:
        return go("people.sign_in")
    try:
        _send(asked)
    except Refusal as refusal:
        flash(say(refusal), "error")
    else:
        remember_asked("asked", asked)
        flash(_("A new code is on its way. The older one no longer works."), "success")
    return go("people.enter_code")


@blueprint.get("/sign-in/welcome")
@permits(SIGN_IN)
def welcome() -> Answer:
    """Ask a newcomer for a name and for consent; an account made by staff for consent."""
    proved = read_step("proved")
    if proved is None:
        return go("people.sign_in")
    known = persons.get_person(proved["person"]) if proved["person"] else None
    return render_template("people/welcome.html", form=WelcomeForm(obj=known), known=known)


@blueprint.post("/sign-in/welcome")
@permits(SIGN_IN)
def join() -> Answer:
    """Open the account, or keep the one that stands, with the consent given."""
    proved, form = read_step("proved"), WelcomeForm()
    if proved is None:
        return go("people.sign_in")
    known = persons.get_person(proved["person"]) if proved["person"] else None
    if known and (known.left_at or known.session_epoch != proved["epoch"]):
        return go("people.sign_in")
    if not form.validate():
        return render_template("people/welcome.html", form=form, known=known), 422
    proven = Address(proved["channel"], proved["value"])
    try:
        person = _open_account(known, form.name.data or "", proven)
    except AddressIsTaken:  # the button was pressed twice, or staff were faster
        person = persons.find_by_address(proven.value)
        return accept(person, address=proven, remember=bool(proved["remember"]))
    return enter(person, remember=bool(proved["remember"]))


@blueprint.post("/sign-out")
@permits(SIGN_IN)
def sign_out() -> Answer:
    """Close this session."""
    renew(keep=READING)
    flash(_("You have signed out."), "success")
    return redirect(url_for("home.index"), 303)


@blueprint.post("/sign-out/everywhere")
@permits(CHANGE_OWN)
def sign_out_everywhere() -> Answer:
    """Close every session of this person, on this device and on all others."""
    person = persons.get_person(current_actor().person_id or 0)
    with transaction():
        accounts.end_sessions(person=person)
        audit.record("signed-out-everywhere", f"person:{person.id}")
    renew(keep=READING)
    flash(_("You have signed out on every device."), "success")
    return redirect(url_for("people.sign_in"), 303)


def _way() -> str:
    return "email" if request.args.get("by") == "email" else "phone"


def _send(to: Address) -> None:
    key = current_app.config["SECRET_KEY"]
    with transaction():
        send_code(to=to, language=language(), key=key, now=utc_now())


def _code_page(form: CodeForm, asked: Address) -> str:
    return render_template(
        "people/enter_code.html",
        form=form,
        sent_to=readers.masked(asked.value),
        channel=asked.channel,
    )


def _open_account(known: Person | None, name: str, proven: Address) -> Person:
    now, spoken = utc_now(), language()
    with transaction():
        if known is None:
            person = accounts.create_person(
                name=name, phone=proven.phone, email=proven.email, language=spoken, now=now
            )
            accounts.change_profile(person=person, elder_mode=bool(session.get("elder")), now=now)
        else:
            person = known
            accounts.change_profile(person=person, name=name, now=now)
        accounts.give_consent(
            person=person,
            purpose=PRIVACY_NOTICE,
            version=PRIVACY_VERSION,
            language=spoken,
            now=now,
        )
        audit.record("joined", f"person:{person.id}", actor_id=person.id, new=known is None)
    return person
