"""Service records for programs: write drafts, read the book, verify as a second person."""

from datetime import date, datetime
from typing import Literal

from flask import Response
from flask_openapi3.models.tag import Tag
from pydantic import Field

from volunteer_hub.foundation.api import In, ListOf, Out, Paged, answer, answer_page
from volunteer_hub.foundation.api import blueprint as api_blueprint
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.paging import read_page
from volunteer_hub.foundation.refusal import BrokenInput, NotFound, sentence
from volunteer_hub.foundation.replay import replayed
from volunteer_hub.places.queries import get_named
from volunteer_hub.projects.models import Project
from volunteer_hub.projects.queries import get_by_slug
from volunteer_hub.services import policy
from volunteer_hub.services.actions import records as actions
from volunteer_hub.services.models import ServiceRecord
from volunteer_hub.services.queries import records as queries
from volunteer_hub.services.rules.records import LONGEST, MOST_PERSON_TIMES

api = api_blueprint("services_api", __name__)
blueprints = (api,)

Mode = Literal["professional", "outreach", "other"]
State = Literal["draft", "verified", "rejected"]
TAGS = [Tag(name="services", description="The book of services rendered, in person-times")]


class ServiceIn(In):
    """A record of services; it stays a draft until a second person verifies it."""

    occurred_on: date = Field(description="the local day, not ahead")
    place: str = Field(description="a place's code")
    project: str | None = Field(None, description="a project's short name")
    mode: Mode
    service_type: str = Field(min_length=1, max_length=LONGEST["service_type"])
    person_times: int = Field(ge=1, le=MOST_PERSON_TIMES, description="人次: each service is one")
    persons_known: int = Field(0, ge=0, le=MOST_PERSON_TIMES, description="人: known by name")
    evidence: str = Field("", max_length=LONGEST["evidence"])
    note: str = Field("", max_length=LONGEST["note"])


class ServiceOut(Out):
    """A record; `reverses` names the record that this one takes back with negative numbers."""

    id: int
    occurred_on: date
    place: str
    project: str | None
    mode: Mode
    service_type: str
    person_times: int
    persons_known: int
    evidence: str
    note: str
    state: State
    reverses: int | None
    created_at: datetime
    verified_at: datetime | None
    rejected_because: str | None


class ServiceQuery(Paged):
    """What the list is narrowed to; `to` is the first day that is left out."""

    first: date | None = Field(None, alias="from")
    end: date | None = Field(None, alias="to")
    place: str | None = Field(None, description="a place's code: there and below")
    project: str | None = Field(None, description="a project's short name")
    mode: Mode | None = None
    state: State | None = None


class ServicePath(In):
    service_id: int


@api.get(
    "/services", responses={200: ListOf[ServiceOut]}, tags=TAGS, summary="List service records"
)
@permits(policy.BROWSE)
def list_services(query: ServiceQuery) -> Response:
    """List the records of one's places, or one's own, by day."""
    place = get_named(query.place) if query.place else None
    project = _project(query.project)
    wanted = queries.Wanted(
        first=query.first,
        end=query.end,
        place_path=place.path if place else None,
        project_id=project.id if project else None,
        mode=query.mode,
        state=query.state,
    )
    page = read_page(
        queries.list_records(policy.sight_of(current_actor()), wanted),
        keys=[ServiceRecord.occurred_on, ServiceRecord.id],
        after=query.after,
        limit=query.limit,
    )
    given = query.model_dump(mode="json", by_alias=True, exclude={"after"})
    return answer_page(page, _show, "services_api.list_services", **given)


@api.post("/services", responses={201: ServiceOut}, tags=TAGS, summary="Record services")
@permits(policy.RECORD)
@replayed
def record_service(body: ServiceIn) -> Response:
    """Write a draft; it changes no figure until a second person verifies it."""
    place = get_named(body.place)
    policy.RECORD.ensure(current_actor(), path=place.path)
    said = body.model_dump() | {"place": place, "project": _project(body.project)}
    with transaction():
        record = actions.record_service(**said, created_by=_caller(), now=utc_now())
    return answer(_show(queries.get_record(record.id)), 201)


@api.post(
    "/services/<int:service_id>/verification",
    responses={201: ServiceOut},
    tags=TAGS,
    summary="Verify a record as a second person",
)
@permits(policy.VERIFY)
@replayed
def verify_service(path: ServicePath) -> Response:
    """Let a draft count; whoever wrote it may not."""
    place = queries.get_record(path.service_id).place
    policy.VERIFY.ensure(current_actor(), path=place.path)
    with transaction():
        actions.verify_record(record_id=path.service_id, verifier=_caller(), now=utc_now())
    return answer(_show(queries.get_record(path.service_id)), 201)


def _project(slug: str | None) -> Project | None:
    try:
        return get_by_slug(slug) if slug else None
    except NotFound as error:
        said = sentence("No project has this short name.")
        raise BrokenInput([("project", said)]) from error


def _caller() -> int:
    person_id = current_actor().person_id
    assert person_id is not None, "a permission above admits only people who are signed in"
    return person_id


def _show(record: ServiceRecord) -> ServiceOut:
    verified_at = record.verified_at
    return ServiceOut(
        id=record.id,
        occurred_on=record.occurred_on,
        place=record.place.code,
        project=record.project.slug if record.project else None,
        mode=record.mode,  # type: ignore[arg-type]  (the table holds no other)
        service_type=record.service_type,
        person_times=record.person_times,
        persons_known=record.persons_known,
        evidence=record.evidence,
        note=record.note,
        state=record.state,  # type: ignore[arg-type]
        reverses=record.reverses_id,
        created_at=record.created_at.astimezone(zone()),
        verified_at=verified_at.astimezone(zone()) if verified_at else None,
        rejected_because=record.rejected_because,
    )
