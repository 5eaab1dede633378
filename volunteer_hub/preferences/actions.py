"""Write down which letters somebody wants, and bring back those that are wanted after all."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from volunteer_hub.foundation.database import db
from volunteer_hub.messages.actions.returning import bring_back
from volunteer_hub.messages.rules.kinds import EVERY_KIND
from volunteer_hub.people.actions.accounts import change_profile
from volunteer_hub.people.models import Person, Preference
from volunteer_hub.preferences import queries, rules
from volunteer_hub.preferences.rules import Choice


def choose(*, person: Person, choices: Mapping[Choice, bool], now: datetime) -> frozenset[Choice]:
    """Keep what somebody wants (True) or not; what is not named stays as it was.

    What was turned off does not leave, whenever it was posted: it is asked in the last moment.
    What is wanted again and planned for a time that is not over leaves after all.

    :returns: what was otherwise before
    :raises BrokenInput: if one is not for people to choose
    """
    rules.ensure_may_choose(choices)
    stopped = queries.lock_choices(person.id)
    altered = {one: wanted for one, wanted in choices.items() if wanted == (one in stopped)}
    if altered:
        facts = {"person_id": person.id}
        new = insert(Preference).values(
            [facts | {**one._asdict(), "wanted": wanted} for one, wanted in altered.items()]
        )
        which = [Preference.person_id, Preference.kind, Preference.channel]
        again = {"wanted": new.excluded.wanted}
        db.session.execute(new.on_conflict_do_update(index_elements=which, set_=again))
        _bring_back(person, {one.channel for one, wanted in altered.items() if wanted}, now=now)
    return frozenset(altered)


def switch_on(*, person: Person, channel: str, now: datetime) -> bool:
    """Let letters come on a channel again that was stopped as a whole; tell whether it was.

    What was turned off kind by kind stays off.
    """
    changed = bool(choose(person=person, choices={Choice(EVERY_KIND, channel): True}, now=now))
    if channel not in person.remind_by:
        change_profile(person=person, now=now, remind_by=[*person.remind_by, channel])
        _bring_back(person, {channel}, now=now)
        changed = True
    return changed


def _bring_back(person: Person, channels: set[str], *, now: datetime) -> None:
    if channels:
        bring_back(recipients=queries.ids_reached(person.id), channels=channels, now=now)
