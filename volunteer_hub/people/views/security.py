"""How an account is kept safe: its password, its sessions and the tokens of programs."""

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.people.actions import accounts, tokens
from volunteer_hub.people.forms import PasswordForm, TokenForm
from volunteer_hub.people.models import ApiToken, Person
from volunteer_hub.people.policy import CHANGE_OWN, READ_OWN
from volunteer_hub.people.queries import callers
from volunteer_hub.people.views.session import blueprint, own_account, prove_again

blueprints = (blueprint,)
Answer = Response | str | tuple[str, int]
SCOPES = {"read": ("read",), "write": ("read", "write")}


@blueprint.get("/me/security")
@permits(READ_OWN)
def security() -> Answer:
    """Show password, sessions and tokens."""
    return _page(own_account())


@blueprint.post("/me/password")
@permits(CHANGE_OWN)
def set_password() -> Answer:
    """Set or change the password; the proof by code is what counts, not the old password."""
    stale = prove_again()
    if stale:
        return stale
    person, form = own_account(), PasswordForm()
    if not form.validate():
        return _page(person, password_form=form), 422
    try:
        with transaction():
            accounts.set_password(person=person, password=form.password.data)
            audit.record("set-password", f"person:{person.id}")
    except Refusal as refusal:
        form.password.errors = [say(refusal)]
        return _page(own_account(), password_form=form), refusal.status
    flash(_("Your new password is set."), "success")
    return redirect(url_for("people.security"), 303)


@blueprint.post("/me/password/remove")
@permits(CHANGE_OWN)
def remove_password() -> Answer:
    """Go back to codes only."""
    stale = prove_again()
    if stale:
        return stale
    person = own_account()
    with transaction():
        accounts.set_password(person=person, password=None)
        audit.record("removed-password", f"person:{person.id}")
    flash(_("You sign in with codes only now."), "success")
    return redirect(url_for("people.security"), 303)


@blueprint.post("/me/tokens")
@permits(CHANGE_OWN)
def make_token() -> Answer:
    """Make an API token and show it this one time."""
    stale = prove_again()
    if stale:
        return stale
    person, form, now = own_account(), TokenForm(), utc_now()
    if not form.validate():
        return _page(person, token_form=form), 422
    with transaction():
        token = tokens.make_token(
            person=person,
            name=form.name.data or "",
            scopes=SCOPES[form.scope.data],
            expires_at=now + timedelta(days=form.days.data),
            now=now,
        )
        audit.record("made-token", f"person:{person.id}", scope=form.scope.data)
    return render_template("people/new_token.html", token=token, name=form.name.data), 201


@blueprint.post("/me/tokens/<int:token_id>/revoke")
@permits(CHANGE_OWN)
def revoke_token(token_id: int) -> Answer:
    """Take a token back."""
    person = own_account()
    token = callers.get_token(person.id, token_id)
    with transaction():
        tokens.revoke_token(token=token, now=utc_now())
        audit.record("revoked-token", f"person:{person.id}", token=token.id)
    flash(_("The token no longer works."), "success")
    return redirect(url_for("people.security"), 303)


def _page(
    person: Person,
    *,
    password_form: PasswordForm | None = None,
    token_form: TokenForm | None = None,
) -> str:
    known = [t for t in callers.list_own(ApiToken, person.id) if t.revoked_at is None]
    return render_template(
        "people/security.html",
        person=person,
        password_form=password_form or PasswordForm(formdata=None),
        token_form=token_form or TokenForm(formdata=None),
        tokens=known,
    )
