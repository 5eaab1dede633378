"""Turn letters off and on again by the link in one of them."""

from datetime import datetime

from volunteer_hub.foundation import audit
from volunteer_hub.preferences.actions import choose
from volunteer_hub.preferences.rules import Choice
from volunteer_hub.replies import queries


def by_link(*, token: str, key: str, wanted: bool, now: datetime) -> None:
    """Do what the link is for, or undo it; done twice it is done once.

    What was posted before does not leave either: it is asked again in the last moment.

    :raises LinkIsOfNoLetter: if the link was not written here
    """
    person, kind, channel = queries.get_stopping(token, key=key)
    if choose(person=person, choices={Choice(kind, channel): wanted}, now=now):
        verb = "letters-wanted-again" if wanted else "letters-turned-off"
        thing = f"person:{person.id}"
        audit.record(verb, thing, actor_id=person.id, kind=kind, channel=channel)
