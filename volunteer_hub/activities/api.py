"""Activities for programs: staff plan them, everybody may read what is published."""

from flask import Response
from flask_openapi3.models.tag import Tag
from pydantic import AwareDatetime, BaseModel, Field

from volunteer_hub.activities import actions, policy
from volunteer_hub.activities.models import Activity
from volunteer_hub.activities.queries import activities as queries
from volunteer_hub.foundation.api import In, Out, answer, blueprint
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import localized, zone
from volunteer_hub.foundation.policy import everybody
from volunteer_hub.foundation.replay import replayed

api = blueprint("activities_api", __name__)
blueprints = (api,)

TAG = Tag(name="activities")


class ActivityPath(BaseModel):
    activity_id: int


class ActivityIn(In):
    title: str = Field(min_length=1, max_length=120)
    title_en: str | None = Field(None, max_length=120)
    description: str = Field("", max_length=4000)
    description_en: str | None = Field(None, max_length=4000)
    place: str = Field(description="the code of a place within your scope")
    project: str | None = Field(None, description="the slug of a published project")
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class ActivityOut(Out):
    id: int
    title: str
    description: str
    place: str = Field(description="the place's code")
    place_name: str
    project: str | None
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    state: str
    reason: str | None


@api.post(
    "/activities",
    responses={201: ActivityOut},
    tags=[TAG],
    summary="Plan an activity; it becomes public with its first published shift",
)
@permits(policy.CREATE)
@replayed
def create_activity(body: ActivityIn) -> Response:
    place = queries.get_site(body.place)
    project = queries.get_running_project(body.project) if body.project else None
    policy.CREATE.ensure(current_actor(), path=place.path)
    with transaction():
        activity = actions.create_activity(
            place=place,
            project=project,
            title_zh=body.title,
            title_en=body.title_en,
            description_zh=body.description,
            description_en=body.description_en,
            starts_at=body.starts_at,
            ends_at=body.ends_at,
            created_by=current_actor().person_id,
            now=utc_now(),
        )
    return answer(show(activity), 201)


@api.get(
    "/activities/<int:activity_id>",
    responses={200: ActivityOut},
    tags=[TAG],
    summary="Read one activity",
)
@permits(everybody("read-activity"))
def read_activity(path: ActivityPath) -> Response:
    activity = queries.get_activity(path.activity_id)
    if activity.state == "draft":
        policy.READ_DRAFT.ensure(current_actor(), path=activity.place.path)
    return answer(show(activity))


def show(activity: Activity) -> ActivityOut:
    """Write an activity, loaded with its place and project, for a program."""
    return ActivityOut(
        id=activity.id,
        title=localized(activity, "title"),
        description=localized(activity, "description"),
        place=activity.place.code,
        place_name=localized(activity.place, "name"),
        project=activity.project.slug if activity.project else None,
        starts_at=activity.starts_at.astimezone(zone()),
        ends_at=activity.ends_at.astimezone(zone()),
        state=activity.state,
        reason=activity.reason,
    )
