"""What staff do for one person: give and take roles, send a way in."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.refusal import NotAllowed, NotFound, Refusal
from volunteer_hub.people.actions import roles
from volunteer_hub.people.actions.sign_in import send_sign_in_link
from volunteer_hub.people.forms import Form, RoleForm
from volunteer_hub.people.policy import (
    GRANT_ROLE,
    SEND_LINK,
    grantable_places,
    grantable_roles,
    scope_of,
)
from volunteer_hub.people.queries import callers, persons
from volunteer_hub.people.views.session import blueprint
from volunteer_hub.places.queries import choices, get_place

blueprints = (blueprint,)


@blueprint.post("/people/<int:person_id>/roles")
@permits(GRANT_ROLE)
def grant_role(person_id: int) -> Response:
    """Give a role for a place; nobody gives one to themselves."""
    actor = current_actor()
    person = persons.get_visible(person_id, scope_of(actor, GRANT_ROLE))
    form = RoleForm().offer(grantable_roles(actor), choices(grantable_places(actor)))
    if not form.validate():
        flash(_("Please choose a role and a place."), "error")
        return _back(person_id)
    place = get_place(form.place.data)
    if person_id == actor.person_id or form.role.data not in grantable_roles(actor, place.path):
        raise NotAllowed
    try:
        with transaction():
            facts = {"role": form.role.data, "place": place, "granted_by": actor.person_id}
            roles.grant_role(person=person, now=utc_now(), **facts)
            audit.record(
                "granted-role", f"person:{person_id}", place_path=place.path, role=form.role.data
            )
    except Refusal as refusal:
        flash(say(refusal), "error")
    else:
        flash(_("The role is granted."), "success")
    return _back(person_id)


@blueprint.post("/people/<int:person_id>/roles/<int:grant_id>/end")
@permits(GRANT_ROLE)
def end_role(person_id: int, grant_id: int) -> Response:
    """Take a role back that the actor could have given."""
    actor = current_actor()
    persons.get_visible(person_id, scope_of(actor, GRANT_ROLE))
    grant = callers.get_grant(person_id, grant_id)
    if grant.role not in grantable_roles(actor, grant.place.path):
        raise NotFound
    try:
        with transaction():
            roles.end_role(grant=grant, now=utc_now())
            audit.record(
                "ended-role", f"person:{person_id}", place_path=grant.place.path, role=grant.role
            )
    except Refusal as refusal:
        flash(say(refusal), "error")
    else:
        flash(_("The role has ended."), "success")
    return _back(person_id)


@blueprint.post("/people/<int:person_id>/link")
@permits(SEND_LINK)
def send_link(person_id: int) -> Response:
    """Mail the person a link that signs them in once."""
    person = persons.get_visible(person_id, scope_of(current_actor(), SEND_LINK))
    if not (Form().validate() and person.email):
        raise NotFound
    with transaction():
        send_sign_in_link(person=person, now=utc_now())
        home = person.home_place.path if person.home_place else "/"
        audit.record("sent-sign-in-link", f"person:{person_id}", place_path=home)
    flash(_("A sign-in link is on its way to the person's e-mail address."), "success")
    return _back(person_id)


def _back(person_id: int) -> Response:
    return redirect(url_for("people.person", person_id=person_id), 303)
