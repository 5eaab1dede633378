"""Other ways in: a password, or a link that works once."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import permits
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.limits import by_address, limiter
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.people.actions import sign_in as proving
from volunteer_hub.people.forms import Form, PasswordSignInForm
from volunteer_hub.people.policy import SIGN_IN
from volunteer_hub.people.queries import persons
from volunteer_hub.people.rules.proofs import hash_token
from volunteer_hub.people.views.session import accept, blueprint

blueprints = (blueprint,)
Answer = Response | str | tuple[str, int]


def _by_account() -> str:
    """Count by the address that was typed, whoever types it; the limit keeps only its hash."""
    return f"password:{hash_token(request.form.get('address', '').strip().lower())}"


@blueprint.get("/sign-in/password")
@permits(SIGN_IN)
def password() -> Answer:
    """Ask for address and password."""
    return render_template("people/password.html", form=PasswordSignInForm(remember=True))


@blueprint.post("/sign-in/password")
@limiter.limit("20 per minute; 200 per hour", key_func=by_address)
@limiter.limit("5 per minute; 20 per hour", key_func=_by_account)
@permits(SIGN_IN)
def use_password() -> Answer:
    """Let in whoever knows the password of the account."""
    form = PasswordSignInForm()
    if not form.validate():
        return render_template("people/password.html", form=form), 422
    known = persons.find_by_address(form.address.data or "")
    try:
        with transaction():
            person = proving.check_password(person=known, password=form.password.data or "")
    except Refusal as refusal:
        form.password.errors = [say(refusal)]
        return render_template("people/password.html", form=form), refusal.status
    return accept(person, address=None, remember=bool(form.remember.data))


@blueprint.get("/sign-in/link/<token>")
@permits(SIGN_IN)
def link(token: str) -> Answer:
    """Show one button: programs that look into mails open every link, and must not use it up."""
    return render_template("people/link.html", form=Form(), token=token)


@blueprint.post("/sign-in/link/<token>")
@limiter.limit("60 per minute; 600 per hour", key_func=by_address)
@permits(SIGN_IN)
def use_link(token: str) -> Answer:
    """Let in whoever has the link, once."""
    try:
        with transaction():
            person = proving.use_link(token=token, now=utc_now())
    except Refusal as refusal:
        flash(say(refusal), "error")
        return redirect(url_for("people.sign_in"), 303)
    return accept(person, address=None, remember=False)
