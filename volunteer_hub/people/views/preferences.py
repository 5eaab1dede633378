"""Language and size of type: kept for the visitor, and in the account of whoever is signed in."""

from typing import Any

from flask import redirect, request, session
from werkzeug.wrappers import Response

from volunteer_hub.foundation.answers import safe_next
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import LANGUAGES
from volunteer_hub.people.actions.accounts import change_profile
from volunteer_hub.people.policy import PREFERENCES
from volunteer_hub.people.queries import persons
from volunteer_hub.people.views.session import blueprint

blueprints = (blueprint,)


@blueprint.post("/prefs/language")
@permits(PREFERENCES)
def set_language() -> Response:
    """Speak the other language from now on."""
    wanted = request.form.get("to")
    if wanted in LANGUAGES:
        session["language"] = wanted
        _keep(language=wanted)
    return _back()


@blueprint.post("/prefs/elder")
@permits(PREFERENCES)
def set_elder() -> Response:
    """Write large, or in the standard size."""
    session["elder"] = request.form.get("on") == "1"
    _keep(elder_mode=session["elder"])
    return _back()


def _keep(**choice: Any) -> None:
    actor = current_actor()
    if actor.person_id is not None:
        person = persons.get_person(actor.person_id)
        with transaction():
            change_profile(person=person, now=utc_now(), **choice)


def _back() -> Response:
    return redirect(safe_next(request.form.get("next")).rstrip("?") or "/", 303)
