"""A thousand changes at random, by the rooms' own actions: figures never leave the facts."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.factories.attendance import make_presence
from tests.factories.projects import make_project
from tests.impact.facts import make_day
from tests.world import World
from volunteer_hub.attendance.actions.presence import count
from volunteer_hub.attendance.queries.presence import lock_presence
from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.funding import actions as funding
from volunteer_hub.funding.models import Entry
from volunteer_hub.hours.actions import hours as hours_actions
from volunteer_hub.hours.models import Hours
from volunteer_hub.hours.rules.hours import SOURCES
from volunteer_hub.impact import actions
from volunteer_hub.impact.models import Cell, CellPerson
from volunteer_hub.impact.queries.facts import count_facts
from volunteer_hub.impact.queries.figures import figures
from volunteer_hub.impact.rules.figures import Scope
from volunteer_hub.impact.rules.measures import HOURS_KINDS
from volunteer_hub.projects.models import Project
from volunteer_hub.services.actions import records as services
from volunteer_hub.services.models import ServiceRecord

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
FIRST = date(2026, 1, 1)
CHANGES = ("write", "settle", "settle", "reverse", "reject", "compile", "rebuild")
ROOMS = ("services", "funding", "hours")
change = st.tuples(
    st.sampled_from(CHANGES),
    st.sampled_from(ROOMS),
    st.integers(0, 10_000),
)


class Town:
    """Two people who write and settle; what they do next is told by chance."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.writer, self.checker = world.coordinator.id, world.second_coordinator.id
        self.people = [world.volunteer, world.other_volunteer, world.partner_contact]
        with transaction():
            places = [world.community, world.neighbour]
            self.projects = [make_project(place) for place in places]
            self.places = places

    def do(self, verb: str, room: str, chance: int) -> None:
        """Do one thing; a rule may say no, which changes nothing."""
        try:
            with transaction():
                if verb == "compile":
                    actions.compile_cells(now=NOW, limit=1 + chance % 20)
                elif verb == "rebuild":
                    if chance % 5 == 0:
                        actions.rebuild(now=NOW)
                else:
                    getattr(self, f"{verb}_{room}")(chance)
        except Refusal:
            pass

    def any_of(self, model: type, chance: int) -> int:
        ids = list(db.session.scalars(select(model.id).order_by(model.id)))
        # the newest first, so that chains of write, settle, reverse come about
        return ids[-1 - chance % min(len(ids), 12)] if ids else 0

    def project(self, chance: int) -> Project:
        return self.projects[chance % 2]

    def write_services(self, chance: int) -> None:
        services.record_service(
            occurred_on=FIRST + timedelta(days=chance % 60),
            place=self.places[chance % 2],
            project=self.project(chance) if chance % 3 else None,
            mode=("professional", "outreach", "other")[chance % 3],
            service_type="义诊",
            person_times=1 + chance % 90,
            created_by=self.writer,
            now=NOW,
        )

    def settle_services(self, chance: int) -> None:
        record = self.any_of(ServiceRecord, chance)
        services.verify_record(record_id=record, verifier=self.checker, now=NOW)

    def reverse_services(self, chance: int) -> None:
        record = self.any_of(ServiceRecord, chance)
        services.reverse_record(record_id=record, reason="有误", created_by=self.writer, now=NOW)

    def reject_services(self, chance: int) -> None:
        record = self.any_of(ServiceRecord, chance)
        services.reject_record(record_id=record, rejecter=self.checker, reason="不符", now=NOW)

    def write_funding(self, chance: int) -> None:
        funding.record_entry(
            project=self.project(chance),
            kind=("awarded", "awarded", "paid_out", "spent")[chance % 4],
            amount_fen=1 + chance,
            occurred_on=FIRST + timedelta(days=chance % 60),
            counterparty_zh="街道办",
            voucher_no=f"V{chance % 500}",
            created_by=self.writer,
            now=NOW,
        )

    def settle_funding(self, chance: int) -> None:
        entry = self.any_of(Entry, chance)
        funding.approve_entry(entry_id=entry, approver=self.checker, now=NOW)

    def reverse_funding(self, chance: int) -> None:
        entry = self.any_of(Entry, chance)
        funding.reverse_entry(entry_id=entry, reason="有误", created_by=self.writer, now=NOW)

    def reject_funding(self, chance: int) -> None:
        entry = self.any_of(Entry, chance)
        funding.reject_entry(entry_id=entry, reason="不符", rejecter=self.checker)

    def write_hours(self, chance: int) -> None:
        # One person is at one place at a time: every stay has a day of its own.
        stays = db.session.scalar(select(func.count()).select_from(Hours)) or 0
        shift = make_day(self.places[chance % 2], FIRST + timedelta(days=stays % 365))
        presence = lock_presence(make_presence(shift, self.people[chance % 3], state="left").id)
        source = SOURCES[chance // 7 % len(SOURCES)]
        told = {"source": source, "reason": None if source == "clocked" else "纸质签到表"}
        count(presence, minutes=1 + chance % 300, by=self.writer, now=NOW, **told)

    def settle_hours(self, chance: int) -> None:
        hours = self.any_of(Hours, chance)
        hours_actions.verify_hours(hours_id=hours, verifier=self.checker, now=NOW)

    def reverse_hours(self, chance: int) -> None:
        hours = self.any_of(Hours, chance)
        hours_actions.reverse_hours(hours_id=hours, reason="有误", by=self.writer, now=NOW)

    def reject_hours(self, chance: int) -> None:
        hours = self.any_of(Hours, chance)
        hours_actions.reject_hours(hours_id=hours, verifier=self.checker, reason="不符", now=NOW)


def roll_ups() -> list[tuple]:
    key = ("kind", "place_id", "project_id", "day", "amount", "rows")
    cells = select(*(getattr(Cell, name) for name in key))
    people = select(*(getattr(CellPerson, name) for name in (*key, "person_id")))
    return sorted(map(tuple, [*db.session.execute(cells), *db.session.execute(people)]))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(changes=st.lists(change, min_size=40, max_size=60))
def test_the_roll_ups_stay_in_step(world, changes):
    town = Town(world)
    for one in changes:
        town.do(*one)
    with transaction():
        assert actions.verify(now=NOW) == []
    with transaction():
        while actions.compile_cells(now=NOW):
            pass
        kept = roll_ups()
        actions.rebuild(now=NOW)
        assert roll_ups() == kept
    scope = Scope(days=Days.year(2026), as_of=date(2026, 12, 31))
    for key, figure in figures(scope).items():
        for one in (figure, *figure.classes):
            counted = count_facts(one.measure, scope)
            assert (key, one.amount, one.source_count) == (key, *counted)
        if figure.classes:
            assert sum(one.amount or 0 for one in figure.classes) == figure.amount
            assert sum(one.source_count for one in figure.classes) == figure.source_count


def test_chance_reaches_every_kind_of_fact(world):
    """The test above would prove little if nothing were ever counted or taken back."""
    town = Town(world)
    for room in ROOMS:
        for chance in (15, 22, 4, 8):  # which is each class of hours once
            for verb in ("write", "settle"):
                town.do(verb, room, chance if verb == "write" else 0)
        town.do("reverse", room, 0)
        town.do("settle", room, 0)
    with transaction():
        actions.compile_cells(now=NOW)
    shown = {row[0]: row[4:6] for row in roll_ups() if len(row) == 6}
    assert set(shown) >= {*HOURS_KINDS, "funding.awarded", "service.outreach"}
    for model in (ServiceRecord, Entry, Hours):
        reversed_ones = select(model.id).where(model.reverses_id.is_not(None))
        assert db.session.scalars(reversed_ones).all() != []
