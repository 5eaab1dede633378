"""The book of services: the list, one record, and writing a new one."""

from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.paging import read_page
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.places.queries import choices, get_place, list_places
from volunteer_hub.projects.models import Project
from volunteer_hub.projects.queries import get_project
from volunteer_hub.projects.rules import SITES
from volunteer_hub.services import policy
from volunteer_hub.services.actions import records as actions
from volunteer_hub.services.forms import (
    FIELDS,
    MODES,
    STATES,
    FilterForm,
    ReasonForm,
    RecordForm,
    choose_filters,
    choose_where,
)
from volunteer_hub.services.models import ServiceRecord
from volunteer_hub.services.queries import records as queries

blueprint = Blueprint("services", __name__)
blueprints = (blueprint,)

Answer = Response | tuple[str, int]


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {"modes": MODES, "states": STATES, "fields": FIELDS, "most": queries.MOST_COUNTED}


@blueprint.get("/services")
@permits(policy.BROWSE)
def index() -> Answer:
    """Show the records of one's places, or one's own, the newest day first."""
    actor = current_actor()
    paths = actor.paths(policy.BROWSE.roles or ())
    places, projects = list_places(paths=paths, kinds=SITES), queries.list_projects(paths)
    form = FilterForm(formdata=request.args, meta={"csrf": False})
    choose_filters(form, choices(paths, kinds=SITES), projects)
    status = 200 if form.validate() else 422
    records = queries.list_records(policy.sight_of(actor), form.wanted(places, projects))
    keys = [ServiceRecord.occurred_on, ServiceRecord.id]
    page = read_page(records, keys=keys, after=request.args.get("after"), descending=True)
    reviewed = actor.paths(policy.REVIEW.roles or ())
    shown = render_template(
        "services/index.html",
        form=form,
        months=[(month, list(days)) for month, days in groupby(page.items, key=_month)],
        next_url=next_url(page.next),
        may_record=policy.RECORD.allows(actor),
        may_review=policy.REVIEW.allows(actor),
        waiting=queries.count_waiting(reviewed, actor.person_id) if reviewed else 0,
    )
    return shown, status


@blueprint.get("/services/new")
@permits(policy.RECORD)
def new() -> str:
    """Offer an empty record."""
    return render_template("services/new.html", form=_form())


@blueprint.post("/services")
@permits(policy.RECORD)
def create() -> Answer:
    """Write a draft at a place in one's scope; what was typed stays when it is refused."""
    form = _form()
    if not form.validate_on_submit():
        return render_template("services/new.html", form=form), 422
    place = get_place(form.place.data)
    policy.RECORD.ensure(current_actor(), path=place.path)
    said = {name: value for name, value in form.data.items() if name != "csrf_token"}
    said["persons_known"] = said["persons_known"] or 0
    said |= {"place": place, "project": _project(said["project"])}
    try:
        with transaction():
            record = actions.record_service(**said, created_by=viewer(), now=utc_now())
    except Refusal as refusal:
        flash(say(refusal), "error")
        return render_template("services/new.html", form=form), refusal.status
    flash(_("Recorded. It counts once a second person has verified it."), "success")
    return redirect(url_for(".show", record_id=record.id), 303)


@blueprint.get("/services/<int:record_id>")
@permits(policy.READ)
def show(record_id: int) -> str:
    """Show one record: who wrote and who verified it, its evidence, and what takes it back."""
    record, actor = queries.get_record(record_id), current_actor()
    path, waits = record.place.path, record.state == "draft"
    policy.READ.ensure(actor, path=path, owner=record.created_by)
    mine = record.created_by == actor.person_id
    return render_template(
        "services/show.html",
        record=record,
        form=ReasonForm(),
        mine=mine,
        may_verify=waits and not mine and policy.VERIFY.allows(actor, path=path),
        may_reject=waits and policy.REJECT.allows(actor, path=path, owner=record.created_by),
        may_reverse=record.state == "verified"
        and record.reverses_id is None
        and record.reversal is None
        and policy.REVERSE.allows(actor, path=path),
        may_read_sheet=record.batch is not None
        and policy.READ_SHEET.allows(actor, path=path, owner=record.batch.created_by),
    )


def viewer() -> int:
    """Give the id of whoever is at the door; the doorkeeper lets nobody else in."""
    person_id = current_actor().person_id
    assert person_id is not None, "a permission above admits only people who are signed in"
    return person_id


def next_url(after: str | None) -> str:
    """Address the next page of this very list, its filters kept."""
    if not after or request.endpoint is None:
        return ""
    given = {name: value for name, value in request.args.items() if value}
    return url_for(request.endpoint, **{**given, **(request.view_args or {}), "after": after})


def _month(record: ServiceRecord) -> date:
    return record.occurred_on.replace(day=1)


def _form() -> RecordForm:
    paths = current_actor().paths(policy.WRITERS)
    form = RecordForm()
    choose_where(form, choices(paths, kinds=SITES), queries.list_projects(paths))
    return form


def _project(project_id: int | None) -> Project | None:
    return get_project(project_id) if project_id else None
