"""Turn letters off and on again, for a person, a kind and a channel."""

from sqlalchemy.dialects.postgresql import insert

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.database import db
from volunteer_hub.people.models import Person, Preference
from volunteer_hub.replies import queries


def by_link(*, token: str, key: str, wanted: bool) -> None:
    """Do what the link is for, or undo it; done twice it is done once.

    What was posted before does not leave either: it is asked again in the last moment.

    :raises LinkIsOfNoLetter: if the link was not written here
    """
    person, kind, channel = queries.get_stopping(token, key=key)
    if choose(person, kind=kind, channel=channel, wanted=wanted):
        verb = "letters-wanted-again" if wanted else "letters-turned-off"
        thing = f"person:{person.id}"
        audit.record(verb, thing, actor_id=person.id, kind=kind, channel=channel)


def choose(person: Person, *, kind: str, channel: str, wanted: bool) -> bool:
    """Write down what somebody wants; tell whether it was otherwise before."""
    facts = {"person_id": person.id, "kind": kind, "channel": channel, "wanted": wanted}
    row = insert(Preference).values(**facts).on_conflict_do_update(
        index_elements=[Preference.person_id, Preference.kind, Preference.channel],
        set_={"wanted": wanted},
        where=Preference.wanted.is_not(wanted),
    )  # fmt: skip
    before = queries.has_stopped(person.id, kind=kind, channel=channel)
    changed = db.session.scalar(row.returning(Preference.id)) is not None
    return changed and (before or not wanted)
