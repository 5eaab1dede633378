"""My data: what is kept about a person, a copy of it, and the way out."""

import json
from typing import Any

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from volunteer_hub.foundation import audit, own_data
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.own_data import say
from volunteer_hub.people.actions.accounts import leave as close_account
from volunteer_hub.people.forms import LeaveForm
from volunteer_hub.people.models import ApiToken, Consent, Person, Preference
from volunteer_hub.people.policy import CHANGE_OWN, READ_OWN
from volunteer_hub.people.queries import callers
from volunteer_hub.people.views.session import READING, blueprint, own_account, prove_again, renew

blueprints = (blueprint,)
Answer = Response | str | tuple[str, int]


@blueprint.get("/me/data")
@permits(READ_OWN)
def my_data() -> Answer:
    """Show what is kept, for what, and what was agreed to."""
    person = own_account()
    return render_template(
        "people/my_data.html",
        person=person,
        consents=callers.list_own(Consent, person.id),
        grants=callers.list_grants(person.id),
    )


@blueprint.get("/me/data.json")
@permits(READ_OWN)
def export() -> Answer:
    """Give a copy of everything the house keeps about the person."""
    person = own_account()
    copy = json.dumps(_everything(person), ensure_ascii=False, indent=2)
    with transaction():
        audit.record("exported-own-data", f"person:{person.id}")
    answer = FlaskResponse(copy + "\n", mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{person.volunteer_no}.json"'
    return answer


@blueprint.get("/me/leave")
@permits(CHANGE_OWN)
def leave() -> Answer:
    """Say what leaving means, before it happens."""
    return prove_again() or render_template("people/leave.html", form=LeaveForm())


@blueprint.post("/me/leave")
@permits(CHANGE_OWN)
def confirm_leave() -> Answer:
    """Close the account: name and contact data go, what was done stays."""
    stale = prove_again()
    if stale:
        return stale
    form = LeaveForm()
    if not form.validate():
        return render_template("people/leave.html", form=form), 422
    person = own_account()
    with transaction():
        close_account(person=person, now=utc_now())
        audit.record("left", f"person:{person.id}")
    renew(keep=READING)
    flash(_("Your account is closed. Thank you for every hour."), "success")
    return redirect(url_for("home.index"), 303)


def _everything(person: Person) -> dict[str, Any]:
    mine = person.id
    return {
        **_plain(person, "volunteer_no name phone email birth_date language elder_mode remind_by"),
        "home_place": person.home_place.code if person.home_place else None,
        "has_password": person.password_hash is not None,
        "created_at": say(person.created_at),
        "roles": [
            {"role": grant.role, "place": grant.place.code, "since": say(grant.starts_at)}
            for grant in callers.list_grants(mine)
        ],
        "consents": [
            _plain(one, "purpose version language given_at withdrawn_at")
            for one in callers.list_own(Consent, mine)
        ],
        "preferences": [
            _plain(one, "kind channel wanted") for one in callers.list_own(Preference, mine)
        ],
        "api_tokens": [
            _plain(one, "name scopes made_at expires_at revoked_at last_used_on")
            for one in callers.list_own(ApiToken, mine)
        ],
        **own_data.gather(mine),
    }


def _plain(thing: object, names: str) -> dict[str, Any]:
    return {name: say(getattr(thing, name)) for name in names.split()}
