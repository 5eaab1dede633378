"""Tell the supervisors that an entry waits for a second person."""

from datetime import datetime, timedelta

from volunteer_hub.foundation.policy import SUPERVISOR
from volunteer_hub.funding.models import Entry
from volunteer_hub.funding.rules import WORDS
from volunteer_hub.messages import actions as post_office
from volunteer_hub.people.queries.persons import holders
from volunteer_hub.people.queries.readers import reader_of

WAITING = "funding-entry-waiting"
WORTH_READING_FOR = timedelta(days=7)


def tell_supervisors(entry: Entry, *, now: datetime) -> None:
    """Write to everybody who supervises the place of the project, but for who wrote the entry."""
    place = entry.project.place
    for supervisor in holders(SUPERVISOR, place.path):
        if supervisor.id == entry.created_by:
            continue
        post_office.post_letter(
            "funding/entry-waiting",
            to=reader_of(supervisor, kind=WAITING, place_path=place.path),
            kind=WAITING,
            key=f"{WAITING}:{entry.id}:{supervisor.id}",
            topic=_topic(entry),
            facts={"entry": entry, "project": entry.project, "kind": WORDS[entry.kind]},
            due_at=now,
            expires_at=now + WORTH_READING_FOR,
            channels=("email",),
        )


def call_back(entry: Entry) -> None:
    """Stop the letters of an entry that waits no longer."""
    post_office.call_back(_topic(entry))


def _topic(entry: Entry) -> str:
    return f"funding-entry:{entry.id}"
