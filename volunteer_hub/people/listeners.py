"""Know who stands at the door: by the session on pages, by a bearer token below /api."""

from datetime import timedelta

from flask import Flask, g, request, session
from flask_login import LoginManager, current_user

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import OPEN_ENDPOINTS, current_actor, is_api
from volunteer_hub.foundation.language import local_day
from volunteer_hub.foundation.policy import NOBODY, VOLUNTEER, Actor, Grant
from volunteer_hub.foundation.refusal import NotSignedIn
from volunteer_hub.people.actions.tokens import note_use
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.callers import Known, find_known
from volunteer_hub.people.rules.proofs import hash_token

REMEMBERED_FOR = timedelta(days=90)
FRESH_FOR = timedelta(minutes=30)  # afterwards a change of password or address asks again
EVERYONE = Grant(VOLUNTEER, "/")  # whoever has an account may volunteer anywhere


def load_person(session_name: str) -> Person | None:
    """Find the person of a session; one of an older epoch was signed out everywhere."""
    person_id, _, epoch = session_name.partition(":")
    if not (person_id.isdecimal() and epoch.isdecimal()):
        return None
    known = find_known(person_id=int(person_id), now=utc_now())
    if known is None or known.person.session_epoch != int(epoch):
        return None
    g.known = known
    return known.person


def load_actor() -> Actor:
    """Say who asks. Pages read only the session, the API only the Authorization header."""
    if is_api():
        return _bearer()
    if not current_user.is_authenticated:
        return NOBODY
    known: Known = g.known
    # A choice made in this browser is newer than what the account says.
    g.language = session.get("language", known.person.language)
    g.elder_mode = session.get("elder", known.person.elder_mode)
    return _actor(known)


def _bearer() -> Actor:
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        g.unknown_bearer = "Authorization" in request.headers
        return NOBODY
    known = find_known(token_hash=hash_token(given.token), now=utc_now())
    g.unknown_bearer = known is None
    g.known = known
    return _actor(known) if known else NOBODY


def _actor(known: Known) -> Actor:
    return Actor(
        person_id=known.person.id,
        name=known.person.name,
        grants=(EVERYONE, *known.grants),
        scopes=frozenset(known.token.scopes) if known.token else None,
    )


def _meet() -> None:
    """Learn the reader's language before anything is written, also where no page is found.

    :raises NotSignedIn: if a token was shown that opens nothing, even where none is needed
    """
    if request.endpoint in OPEN_ENDPOINTS:
        return
    current_actor()
    if g.get("unknown_bearer"):
        raise NotSignedIn
    known: Known | None = g.get("known")
    today = local_day(utc_now())
    if known and known.token and known.token.last_used_on != today:
        with transaction():
            note_use(token=known.token, today=today)


def _grow_stale() -> None:
    """Ask for a new proof before sensitive changes once the last one is half an hour old."""
    if is_api() or not session.get("_fresh"):
        return
    proved_at = session.get("proved_at")
    if proved_at and utc_now().timestamp() > proved_at + FRESH_FOR.total_seconds():
        session["_fresh"] = False


def init_app(app: Flask) -> None:
    app.config["PERMANENT_SESSION_LIFETIME"] = REMEMBERED_FOR
    # A phone changes its network address all day; its session is bound to the cookie alone.
    app.config["SESSION_PROTECTION"] = None
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(load_person)
    app.extensions["actor_loader"] = load_actor
    app.before_request(_meet)
    app.before_request(_grow_stale)
