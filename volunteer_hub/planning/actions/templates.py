"""Beginning with what was planned before: copies of an activity, and templates under a name."""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from volunteer_hub.activities import actions as activities
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.database import attempt, db, violated
from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.places.models import Place
from volunteer_hub.planning import rules
from volunteer_hub.planning.actions.laying_out import lay_out, patterns_of
from volunteer_hub.planning.models import ActivityTemplate
from volunteer_hub.planning.queries.patterns import list_patterns

NAMES_DIFFER = "uq_activity_template_place_id_name"


def copy_activity(
    *, activity: Activity, starts_at: datetime, created_by: int | None, now: datetime
) -> Activity:
    """Plan an activity like one that was, with its shifts as far from its start; all drafts.

    :raises BrokenInput: naming starts_at, if it is not in the future
    """
    rules.ensure_begins_later(starts_at, now=now)
    copy = activities.create_activity(
        place=activity.place,
        project=activity.project,
        title_zh=activity.title_zh,
        title_en=activity.title_en,
        description_zh=activity.description_zh,
        description_en=activity.description_en,
        starts_at=starts_at,
        ends_at=starts_at + (activity.ends_at - activity.starts_at),
        created_by=created_by,
        now=now,
    )
    planned = patterns_of(activity)
    lay_out(activity=copy, patterns=planned, created_by=created_by, now=now)
    return copy


def make_template(
    *, activity: Activity, name: str, created_by: int | None, now: datetime
) -> ActivityTemplate:
    """Keep an activity with its shifts under a name, for whoever plans at its place.

    :raises BrokenInput: naming name, if another template of the place has it
    """
    template = ActivityTemplate(
        place=activity.place,
        project=activity.project,
        name=name,
        title_zh=activity.title_zh,
        title_en=activity.title_en,
        description_zh=activity.description_zh,
        description_en=activity.description_en,
        minutes=min(activity.span.minutes, rules.A_WEEK),
        created_by=created_by,
        created_at=now,
    )
    try:
        with attempt():
            db.session.add(template)
            db.session.flush()
    except IntegrityError as error:
        if violated(error) != NAMES_DIFFER:
            raise
        raise BrokenInput([("name", rules.NAME_IS_TAKEN)]) from error
    for pattern in patterns_of(activity):
        pattern.template_id = template.id
        db.session.add(pattern)
    db.session.flush()
    _record("created", template, actor_id=created_by)
    return template


def use_template(
    *,
    template: ActivityTemplate,
    place: Place,
    starts_at: datetime,
    created_by: int | None,
    now: datetime,
) -> Activity:
    """Plan an activity as a template has it, with its shifts; all drafts.

    :raises BrokenInput: naming starts_at, if it is not in the future
    """
    rules.ensure_begins_later(starts_at, now=now)
    activity = activities.create_activity(
        place=place,
        project=template.project,
        title_zh=template.title_zh,
        title_en=template.title_en,
        description_zh=template.description_zh,
        description_en=template.description_en,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=template.minutes),
        created_by=created_by,
        now=now,
    )
    planned = list_patterns(template_id=template.id)
    lay_out(activity=activity, patterns=planned, created_by=created_by, now=now)
    return activity


def remove_template(*, template: ActivityTemplate) -> None:
    """Forget a template; what was planned from it stays."""
    _record("removed", template)
    db.session.delete(template)
    db.session.flush()


def _record(verb: str, template: ActivityTemplate, *, actor_id: int | None = None) -> None:
    thing = f"activity_template:{template.id}"
    record(verb, thing, place_path=template.place.path, actor_id=actor_id)
