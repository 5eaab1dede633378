"""Counted facts without the rooms' ways to them: a row, and the announcement beside it."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from tests.factories.people import make_person
from tests.factories.shifts import make_shift
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.facts import Fact, announce
from volunteer_hub.funding.models import Entry
from volunteer_hub.hours.models import Hours
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place
from volunteer_hub.projects.models import Project
from volunteer_hub.services.models import ServiceRecord
from volunteer_hub.shifts.models import Shift

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
numbers = count(1)


def two_people() -> tuple[Person, Person]:
    """Whoever writes a fact and whoever checks it."""
    return make_person("甲"), make_person("乙")


def make_record(
    place: Place,
    on: date,
    person_times: int,
    *,
    mode: str = "professional",
    project: Project | None = None,
    state: str = "verified",
    takes_back: ServiceRecord | None = None,
) -> ServiceRecord:
    """A record of services; announced when it is verified."""
    writer, verifier = two_people()
    record = ServiceRecord(
        occurred_on=on,
        place_id=place.id,
        project_id=project.id if project else None,
        mode=mode,
        service_type="义诊",
        person_times=person_times,
        created_by=writer.id,
        state=state,
        verified_by=verifier.id if state == "verified" else None,
        verified_at=NOW if state == "verified" else None,
        reverses_id=takes_back.id if takes_back else None,
        reason="重复登记" if takes_back else None,
    )
    _keep(record)
    if state == "verified":
        _announce(f"service.{mode}", place.id, record.project_id, on, person_times)
    return record


def make_entry(
    project: Project,
    kind: str,
    on: date,
    amount_fen: int,
    *,
    state: str = "approved",
    takes_back: Entry | None = None,
) -> Entry:
    """A line of the ledger; announced when it is approved."""
    writer, approver = two_people()
    entry = Entry(
        project_id=project.id,
        kind=kind,
        occurred_on=on,
        amount_fen=amount_fen,
        counterparty_zh="白银路街道办事处",
        voucher_no=f"V-{next(numbers):06d}",
        created_by=writer.id,
        state=state,
        approved_by=approver.id if state == "approved" else None,
        approved_at=NOW if state == "approved" else None,
        reverses_id=takes_back.id if takes_back else None,
        reason="金额有误" if takes_back else None,
    )
    _keep(entry)
    if state == "approved":
        _announce(f"funding.{kind}", project.place_id, project.id, on, amount_fen)
    return entry


def make_hours(
    shift: Shift,
    person: Person,
    minutes: int,
    *,
    source: str = "clocked",
    state: str = "locked",
    takes_back: Hours | None = None,
) -> Hours:
    """Minutes served on a shift; announced when locked. A reversal is of the same class."""
    on, source = shift.starts_at.date(), takes_back.source if takes_back else source
    vouched = None if source == "clocked" else "纸质签到表"
    hours = Hours(
        person_id=person.id,
        shift_id=shift.id,
        served_on=on,
        minutes=minutes,
        source=source,
        state=state,
        verified_by=two_people()[1].id if state == "locked" else None,
        verified_at=NOW if state == "locked" else None,
        reverses_id=takes_back.id if takes_back else None,
        reason="签到有误" if takes_back else vouched,
    )
    _keep(hours)
    if state == "locked":
        project = db.session.get_one(Activity, shift.activity_id).project_id
        kind, whose = f"hours.{source}", {"person_id": person.id}
        _announce(kind, shift.place_id, project, on, minutes, **whose)
    return hours


def make_day(place: Place, on: date, **more: Any) -> Shift:
    """A shift on a day at noon, whose hours can be locked."""
    starts_at = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
    return make_shift(place, starts_at=starts_at, ends_at=starts_at.replace(hour=7), **more)


def _keep(row: Any) -> None:
    db.session.add(row)
    db.session.flush()


def _announce(
    kind: str, place_id: int, project_id: int | None, on: date, amount: int, **more: Any
) -> None:
    announce(
        Fact(kind=kind, place_id=place_id, project_id=project_id, on=on, amount=amount, **more)
    )
