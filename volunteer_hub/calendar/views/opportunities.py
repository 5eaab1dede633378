"""What is on, as an agenda, a week or a month, narrowed by what the address says."""

from flask import Blueprint, render_template, request

from volunteer_hub.activities.queries.activities import list_published_projects
from volunteer_hub.calendar.forms import OpportunityFilter
from volunteer_hub.calendar.views import agenda, grid
from volunteer_hub.calendar.views.asked import Asked
from volunteer_hub.credentials.queries import list_types
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import localized
from volunteer_hub.places.queries import list_places
from volunteer_hub.shifts import policy

blueprint = Blueprint("calendar", "volunteer_hub.calendar.views")
blueprints = (blueprint,)


@blueprint.get("/activities")
@permits(policy.LIST)
def opportunities() -> str:
    """Show what is on; filters and days stand in the address, and every way on keeps them."""
    asked = _asked()
    shown = agenda.show(asked) if asked.view == "agenda" else grid.show(asked)
    return render_template("calendar/opportunities.html", form=asked.form, asked=asked, **shown)


def _asked() -> Asked:
    form = OpportunityFilter(request.args, meta={"csrf": False})
    communities = list_places(kinds=("community",))
    named = {place.code: localized(place, "name") for place in communities}
    form.place.choices = {"": _("All communities")} | named
    titled = {str(one.id): localized(one, "title") for one in list_published_projects()}
    form.project.choices = {"": _("All projects")} | titled
    skills = {one.code: localized(one, "name") for one in list_types()}
    form.need.choices = {"": _("Any skill, or none")} | skills
    form.validate()
    paths = {place.code: place.path for place in communities}
    return Asked(form, utc_now(), paths.get(form.place.data))
