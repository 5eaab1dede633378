"""Who gets the letter, in which language, once; nothing is lost, and nothing doubled."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.at_once import at_once
from tests.digests.conftest import DUE, OCTOBER, fill
from tests.factories.people import LONG_AGO, make_person
from tests.world import build_world
from volunteer_hub.digests import actions, rules
from volunteer_hub.digests.queries import read_digest
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.policy import COORDINATOR, SUPERVISOR
from volunteer_hub.impact.queries.figures import figures
from volunteer_hub.messages.models import Message
from volunteer_hub.people.models import Preference, RoleGrant
from workers.digests import tell_month


def tell(now=DUE, **more):
    with transaction():
        return actions.tell_month(now=now, **more)


def letters():
    return db.session.scalars(select(Message).order_by(Message.key)).all()


def told():
    """Pair who was told with the place."""
    return {(one.recipient_id, one.place_path) for one in letters()}


def test_everybody_who_looks_after_a_place_is_told_once(town):
    expected = {
        (town.coordinator.id, town.community.path),
        (town.second_coordinator.id, town.community.path),
        (town.supervisor.id, town.subdistrict.path),
        (town.stranger.id, town.elsewhere.path),
    }
    assert tell() == len(expected)
    assert told() == expected
    assert {(one.kind, one.channel) for one in letters()} == {(rules.KIND, "email")}
    for later in (DUE, DUE + timedelta(days=6)):
        assert tell(later) == 0


def test_not_before_its_hour_nor_long_after(town):
    assert tell(DUE - timedelta(seconds=1)) == 0
    assert tell(DUE + rules.STILL_NEWS) == 0
    assert tell(DUE + timedelta(days=5)) == 4  # a worker that slept catches up


def test_two_roles_at_one_place_are_one_letter_and_two_places_two(town):
    with transaction():
        for role, place in ((SUPERVISOR, town.community), (COORDINATOR, town.neighbour)):
            held = {"role": role, "place_id": place.id, "starts_at": LONG_AGO}
            db.session.add(RoleGrant(person_id=town.coordinator.id, **held))
    tell()
    mine = sorted(path for person, path in told() if person == town.coordinator.id)
    assert mine == [town.community.path, town.neighbour.path]
    assert len([one for one in letters() if one.recipient_id == town.coordinator.id]) == 2


@pytest.mark.parametrize("why", ["no address", "channel off", "kind off", "left", "role ended"])
def test_who_is_not_told(town, why):
    person = town.coordinator
    with transaction():
        if why == "no address":
            person.email = None
        elif why == "channel off":
            person.remind_by = ["sms"]
        elif why == "kind off":
            off = {"kind": rules.KIND, "channel": "email", "wanted": False}
            db.session.add(Preference(person_id=person.id, **off))
        elif why == "left":
            person.left_at = DUE
        else:
            mine = select(RoleGrant).where(RoleGrant.person_id == person.id)
            db.session.scalars(mine).one().ends_at = DUE
    assert tell(limit=1) == tell(limit=1) == tell(limit=1) == 1  # nobody stands in others' way
    assert tell() == 0
    assert person.id not in {one for one, _path in told()}


def test_each_reads_their_language_and_gets_the_picture_in_it(town):
    with transaction():
        town.second_coordinator.language = "en"
    tell()
    mine, theirs = (
        next(one for one in letters() if one.recipient_id == person.id)
        for person in (town.coordinator, town.second_coordinator)
    )
    assert "10月" in mine.subject
    assert "Oct 2026" in theirs.subject
    [picture], [other] = mine.attachments, theirs.attachments
    assert picture["cid"] == other["cid"] == "chart"
    assert picture["content"] != other["content"]
    assert "List-Unsubscribe" in mine.headers


def test_the_figures_are_those_of_the_page(town):
    digest = read_digest(town.subdistrict, OCTOBER, now=DUE)
    page = figures(digest.lines[0].figure.scope)
    told = {line.figure.measure.key: line.figure for line in digest.lines}
    assert told == page
    assert digest.times[-1].together == 300 + 85 + 7
    assert digest.lines[0].figure.as_of == OCTOBER.last


def test_two_workers_tell_each_person_once_and_a_kill_loses_nobody(committed):
    world = build_world()
    fill(world)
    with transaction():
        people = [make_person(role=COORDINATOR, at=world.community) for _ in range(8)]

    def die() -> None:
        actions.tell_month(now=DUE, limit=3)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        at_once(committed, die)
    assert letters() == []
    db.session.remove()
    found = at_once(committed, *[lambda: actions.tell_month(now=DUE, limit=5)] * 3)
    assert sum(int(str(one)) for one in found) == 5
    with time_machine.travel(DUE, tick=False):
        tell_month.run()
        tell_month.run()
    db.session.remove()
    assert len(letters()) == len(people) + 4
    assert len({one.key for one in letters()}) == len(letters())


def test_a_copy_for_oneself_is_not_the_letter(town):
    for seconds in (0, 0, 90):
        with transaction():
            now = DUE + timedelta(seconds=seconds)
            actions.send_copy(town.community, OCTOBER, to=town.coordinator, now=now)
    assert len(letters()) == 2  # pressed twice it is sent once
    entries = db.session.scalars(select(AuditEntry).filter_by(verb="sent-figures-to-self")).all()
    assert [one.place_path for one in entries] == [town.community.path] * 2
    assert tell() == 4  # the letter itself still comes


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"email": None}, rules.NoAddressForLetters),
        ({"remind_by": ["sms"]}, rules.LettersAreOff),
    ],
)
def test_a_copy_needs_an_address_and_the_wish(town, change, refusal):
    with transaction():
        for name, value in change.items():
            setattr(town.coordinator, name, value)
    with pytest.raises(refusal), transaction():
        actions.send_copy(town.community, OCTOBER, to=town.coordinator, now=DUE)
    assert letters() == []
