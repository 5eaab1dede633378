"""What an account says of its owner, and where letters to them go."""

from flask import current_app, flash, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import language, say
from volunteer_hub.foundation.limits import limiter
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.people.actions.accounts import change_address, change_profile
from volunteer_hub.people.actions.sign_in import send_code, try_code
from volunteer_hub.people.forms import AddressForm, CodeForm, ProfileForm, place_choices
from volunteer_hub.people.models import Person
from volunteer_hub.people.policy import CHANGE_OWN, READ_OWN
from volunteer_hub.people.queries import readers
from volunteer_hub.people.rules.addresses import Address
from volunteer_hub.people.rules.proofs import CodeWasJustSent, ensure_right
from volunteer_hub.people.views.session import (
    blueprint,
    own_account,
    prove_again,
    read_asked,
    remember_asked,
)
from volunteer_hub.places.queries import choices, get_place

blueprints = (blueprint,)
Answer = Response | str | tuple[str, int]
HOMES = ("subdistrict", "community")  # nobody is asked for more than the community


@blueprint.get("/me/profile")
@permits(READ_OWN)
def profile() -> Answer:
    """Show what the account says of its owner, ready to be changed."""
    person = own_account()
    form = ProfileForm(obj=person)
    form.home_place.data = person.home_place_id
    form.by_sms.data, form.by_email.data = (way in person.remind_by for way in ("sms", "email"))
    return _page(person, form)


@blueprint.post("/me/profile")
@permits(CHANGE_OWN)
def save_profile() -> Answer:
    """Keep what was changed."""
    person, form = own_account(), ProfileForm()
    form.home_place.choices = place_choices(choices(kinds=HOMES))
    if not form.validate():
        return _page(person, form), 422
    wanted = (("email", form.by_email.data), ("sms", form.by_sms.data))
    try:
        with transaction():
            change_profile(
                person=person,
                now=utc_now(),
                name=form.name.data,
                birth_date=form.birth_date.data,
                home_place=get_place(form.home_place.data) if form.home_place.data else None,
                language=form.language.data,
                elder_mode=form.elder_mode.data,
                remind_by=[channel for channel, ticked in wanted if ticked],
            )
            audit.record("changed-profile", f"person:{person.id}")
    except Refusal as refusal:
        form.birth_date.errors = [say(refusal)]
        return _page(own_account(), form), refusal.status
    session["language"], session["elder"] = person.language, person.elder_mode
    flash(_("Saved."), "success")
    return redirect(url_for("people.profile"), 303)


@blueprint.get("/me/address")
@permits(CHANGE_OWN)
def address() -> Answer:
    """Ask for a new number or e-mail address."""
    return prove_again() or render_template("people/address.html", form=AddressForm())


@blueprint.post("/me/address")
@limiter.limit("10 per hour")
@permits(CHANGE_OWN)
def ask_address_code() -> Answer:
    """Send a code to the new address: only whoever reads it may use it."""
    stale = prove_again()
    if stale:
        return stale
    form = AddressForm()
    if not form.validate():
        return render_template("people/address.html", form=form), 422
    key = current_app.config["SECRET_KEY"]
    try:
        with transaction():
            send_code(to=form.found, language=language(), key=key, now=utc_now())
    except CodeWasJustSent as refusal:
        flash(say(refusal), "info")
    except Refusal as refusal:
        form.address.errors = [say(refusal)]
        return render_template("people/address.html", form=form), refusal.status
    remember_asked("new_address", form.found)
    return redirect(url_for("people.address_code"), 303)


@blueprint.get("/me/address/code")
@permits(CHANGE_OWN)
def address_code() -> Answer:
    """Ask for the code that went to the new address."""
    asked = read_asked("new_address")
    if asked is None:
        return redirect(url_for("people.address"), 303)
    return _code_page(CodeForm(), asked)


@blueprint.post("/me/address/code")
@limiter.limit("30 per hour")
@permits(CHANGE_OWN)
def use_address_code() -> Answer:
    """Put the proven address in the place of the old one."""
    asked, form = read_asked("new_address"), CodeForm()
    if asked is None:
        return redirect(url_for("people.address"), 303)
    if not form.validate():
        return _code_page(form, asked), 422
    key, now = current_app.config["SECRET_KEY"], utc_now()
    with transaction():
        tried = try_code(address=asked.value, code=form.code.data or "", key=key, now=now)
    try:
        ensure_right(tried)
        person = own_account()
        with transaction():
            change_address(person=person, address=asked, now=now)
            audit.record("changed-address", f"person:{person.id}", channel=asked.channel)
    except Refusal as refusal:
        form.code.errors = [say(refusal)]
        return _code_page(form, asked), refusal.status
    session.pop("new_address", None)
    flash(_("Your new address is in use from now on."), "success")
    return redirect(url_for("people.profile"), 303)


def _page(person: Person, form: ProfileForm) -> str:
    form.home_place.choices = place_choices(choices(kinds=HOMES))
    return render_template("people/profile.html", form=form, person=person)


def _code_page(form: CodeForm, asked: Address) -> str:
    sent_to = readers.masked(asked.value)
    return render_template("people/address_code.html", form=form, sent_to=sent_to)
