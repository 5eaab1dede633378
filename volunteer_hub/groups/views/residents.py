"""Staff put residents without a phone on record, to sign them up for shifts at their places."""

from flask import render_template
from wtforms import Field

from volunteer_hub.credentials.queries import find_person
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.groups import policy
from volunteer_hub.groups.actions import companions as actions
from volunteer_hub.groups.forms import ResidentForm
from volunteer_hub.groups.views.companions import (
    Answer,
    agreed,
    attempted,
    blueprint,
    listed,
    me,
    reach,
)
from volunteer_hub.people.models import Person
from volunteer_hub.people.policy import scope_of
from volunteer_hub.people.queries.persons import get_visible
from volunteer_hub.places.queries import choices, get_place

blueprints = (blueprint,)

HOMES = ("subdistrict", "community", "grid")


@blueprint.route("/groups/companions/add-resident", methods=["GET", "POST"])
@permits(policy.ADD_RESIDENT)
def add_resident() -> Answer:
    """Add a resident of one's places; consent was given in person or on paper."""
    form = ResidentForm().offer(choices(reach(), kinds=HOMES))
    if form.validate_on_submit():
        home = get_place(form.home_place.data)
        policy.ADD_RESIDENT.ensure(current_actor(), path=home.path)
        through = _go_between(form.through)
        facts = {"name": form.name.data or "", "birth_date": form.birth_date.day}
        facts |= {"home_place": home, "through": through, "agreed": agreed(form)}
        if through and attempted(
            form, lambda: actions.add_resident(helper=me(), now=utc_now(), **facts)
        ):
            return listed(_("%(name)s is on your list now.", name=facts["name"]))
    return render_template("groups/add_resident.html", form=form), 422 if form.errors else 200


def _go_between(field: Field) -> Person | None:
    """Find the neighbour who was named, among whom the reader may see; nobody named: the reader."""
    if not field.data:
        return me()
    found = find_person(field.data)
    try:
        return get_visible(found.id if found else 0, scope_of(current_actor(), policy.ADD_RESIDENT))
    except NotFound:
        field.errors = [_("Nobody of your places has this phone, e-mail or number.")]
        return None
