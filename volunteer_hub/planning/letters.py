"""What this room writes to people: that what they signed up for is not what it was."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, Self

from volunteer_hub.activities.models import Activity
from volunteer_hub.messages import actions as post_office
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries import readers
from volunteer_hub.places.models import Place

KIND = "shift"  # several kinds, of which some always go: which leave is asked at the mark
NAME = "activity-changed"


class Said(NamedTuple):
    """What an activity says of itself, to be told from what it said before."""

    title_zh: str
    title_en: str | None
    place: Place
    starts_at: datetime
    ends_at: datetime
    description_zh: str
    description_en: str | None

    @classmethod
    def by(cls, activity: Activity) -> Self:
        return cls(*(getattr(activity, name) for name in cls._fields))

    def altered(self, now: "Said") -> frozenset[str]:
        """Name what is different now: title, place, time, description."""
        words = {"starts_at": "time", "ends_at": "time"}
        fields = [f for f in self._fields if getattr(self, f) != getattr(now, f)]
        return frozenset(words.get(f, f.removesuffix("_zh").removesuffix("_en")) for f in fields)


def changed(
    people: Sequence[Person],
    *,
    activity: Activity,
    before: Said,
    altered: Collection[str],
    now: datetime,
) -> None:
    """Tell each person once what is different, in place of what they have not read yet."""
    topic, revision, path = _topic(activity), activity.revision, activity.place.path
    post_office.call_back(topic, reason="superseded", below_revision=revision)
    known = readers.readers_of(people, kind=KIND, place_path=path)
    for person in people:
        post_office.post_letter(
            f"planning/{NAME}",
            to=known[person.id],
            kind=NAME,
            key=f"{NAME}:{activity.id}:{revision}:{person.id}",
            topic=topic,
            revision=revision,
            facts={"activity": activity, "before": before, "altered": altered},
            due_at=now,
            expires_at=activity.ends_at,
        )


def call_back(activity: Activity) -> None:
    """Stop what has not left yet: the activity will not take place."""
    post_office.call_back(_topic(activity), reason="cancelled")


def _topic(activity: Activity) -> str:
    return f"activity:{activity.id}"
