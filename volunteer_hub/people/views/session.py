"""What a browser is told while somebody signs in, and once they have."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, request, session, url_for
from flask_login import login_fresh, login_user
from werkzeug.wrappers import Response

from volunteer_hub.foundation import audit, bells
from volunteer_hub.foundation.answers import local_referrer, safe_next
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries import callers, persons
from volunteer_hub.people.rules.accounts import PRIVACY_NOTICE, PRIVACY_VERSION
from volunteer_hub.people.rules.addresses import Address

blueprint = Blueprint("people", "volunteer_hub.people.views")

STEP_LIFE = timedelta(minutes=30)  # a sign-in left halfway is forgotten
READING = ("language", "elder")  # how the reader likes to read
KEPT = (*READING, "intent", "_flashes")  # and what they were about to do when they signed in


def next_path() -> str:
    """Say where to go on to: a path of ours, kept in the address through every step."""
    return safe_next(request.args.get("next"))


def go(endpoint: str, **values: Any) -> Response:
    """Go on to the next step, with the way back kept."""
    return redirect(url_for(endpoint, **values, next=request.args.get("next") or None), 303)


def remember_step(step: str, **facts: Any) -> None:
    session[step] = {**facts, "at": utc_now().timestamp()}


def read_step(step: str) -> dict[str, Any] | None:
    """Read what an earlier step left, unless it was too long ago."""
    facts = session.get(step)
    if facts is None or utc_now().timestamp() > facts["at"] + STEP_LIFE.total_seconds():
        return None
    return facts


def remember_asked(step: str, address: Address) -> None:
    remember_step(step, channel=address.channel, value=address.value)


def read_asked(step: str) -> Address | None:
    """Read which address the code of this step went to."""
    facts = read_step(step)
    return Address(facts["channel"], facts["value"]) if facts else None


def accept(person: Person | None, *, address: Address | None, remember: bool) -> Response:
    """Let somebody in who has proved who they are; newcomers are asked for name and consent."""
    if person and callers.has_consent(person.id, PRIVACY_NOTICE, PRIVACY_VERSION):
        return enter(person, remember=remember)
    renew()
    remember_step(
        "proved",
        person=person.id if person else None,
        epoch=person.session_epoch if person else None,
        channel=address.channel if address else None,
        value=address.value if address else None,
        remember=remember,
    )
    return go("people.welcome")


def enter(person: Person, *, remember: bool) -> Response:
    """Open a session of its own for the person and go on to where they wanted to be."""
    now = utc_now()
    with transaction():
        bells.person_signed_in.send(person_id=person.id)
        audit.record("signed-in", f"person:{person.id}", actor_id=person.id)
    open_session(person, remember=remember, now=now)
    return redirect(next_path(), 303)


def open_session(person: Person, *, remember: bool, now: datetime) -> None:
    """Start a session that shares nothing with the visitor's before it."""
    renew()
    login_user(person)
    session.permanent = remember
    session["language"], session["elder"] = person.language, person.elder_mode
    session["proved_at"] = now.timestamp()


def own_account() -> Person:
    """Read the account of whoever is signed in, with their home place."""
    return persons.get_person(current_actor().person_id or 0)


def prove_again() -> Response | None:
    """Send people back to the sign-in when the last proof is too old for what they want to do."""
    if login_fresh():
        return None
    flash(_("Please confirm with a code that it is you."), "info")
    back = request.path if request.method == "GET" else local_referrer()
    return redirect(url_for("people.sign_in", next=back), 303)


def renew(*, keep: tuple[str, ...] = KEPT) -> None:
    """Empty the session but for what outlives the change of who is signed in."""
    kept = {name: session[name] for name in keep if name in session}
    session.clear()
    session.update(kept)
