"""Write down which letters somebody wants, and bring back those that are wanted after all."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from volunteer_hub.foundation import bells
from volunteer_hub.foundation.database import db
from volunteer_hub.messages.actions.nights import replan
from volunteer_hub.messages.actions.returning import bring_back
from volunteer_hub.messages.rules.kinds import EVERY_KIND
from volunteer_hub.people.actions.accounts import change_profile
from volunteer_hub.people.models import Person, Preference
from volunteer_hub.preferences import queries, rules
from volunteer_hub.preferences.models import QuietHours
from volunteer_hub.preferences.rules import USUAL, Choice, Night


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
    ticked = channel not in person.remind_by
    if ticked:  # heard below, as is what the profile's own page ticks
        change_profile(person=person, now=now, remind_by=[*person.remind_by, channel])
    return come_again(person=person, channel=channel, now=now) or ticked


def come_again(*, person: Person, channel: str, now: datetime) -> bool:
    """Take back that a channel was stopped, and let come what was planned and stayed away."""
    altered = choose(person=person, choices={Choice(EVERY_KIND, channel): True}, now=now)
    if not altered:
        _bring_back(person, {channel}, now=now)
    return bool(altered)


def sleep(*, person: Person, night: Night, now: datetime) -> bool:
    """Keep when and where somebody sleeps, and move what waits for them; tell if it was otherwise.

    :raises BrokenInput: if the night is too short or too long, or no zone has the name
    """
    rules.ensure_night(night)
    queries.lock_choices(person.id)
    if night == queries.night_of(person.id):
        return False
    if night == USUAL:
        forget_night(person_id=person.id)
    else:
        facts = night._asdict()
        new = insert(QuietHours).values(person_id=person.id, **facts)
        which = [QuietHours.person_id]
        db.session.execute(new.on_conflict_do_update(index_elements=which, set_=facts))
    _move(queries.ids_reached(person.id), now=now)
    return True


def forget_night(*, person_id: int) -> None:
    """Keep nothing of somebody's night, as of those who chose none."""
    db.session.execute(delete(QuietHours).where(QuietHours.person_id == person_id))


def _bring_back(person: Person, channels: set[str], *, now: datetime) -> None:
    if channels:
        recipients = queries.ids_reached(person.id)
        bring_back(recipients=recipients, channels=channels, now=now)
        _move(recipients, now=now)  # the night may be another by now


def _move(recipients: Collection[int], *, now: datetime) -> None:
    """Move what waits for people whose night is another now."""
    moved = [replan(text, own, now=now) for text, own in queries.lock_movable(recipients, now=now)]
    if any(moved):
        bells.ring("messages-due")
