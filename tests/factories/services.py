"""Records and sheets of services, as office workers write them."""

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.sheets import write_csv, write_xlsx
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place
from volunteer_hub.services.actions.sheets import hand_in_sheet, run_imports
from volunteer_hub.services.models import ImportBatch, ServiceRecord

numbers = count(1)
HEAD = (
    "服务日期",
    "地点",
    "项目",
    "服务方式",
    "服务类型",
    "人次",
    "已知人数",
    "佐证",
    "备注",
)


def make_record(
    place: Place, creator: Person, *, verifier: Person | None = None, **more: Any
) -> ServiceRecord:
    """A draft of 48 person-times; verified when a verifier is named."""
    facts: dict[str, Any] = {
        "occurred_on": date(2026, 11, 5),
        "mode": "professional",
        "service_type": "义诊",
        "person_times": 48,
        "persons_known": 12,
        "evidence": f"签到表 {next(numbers)}",
    }
    if verifier:
        facts |= {"state": "verified", "verified_by": verifier.id, "verified_at": utc_now()}
    if "project" in more:
        facts["project_id"] = more.pop("project").id
    record = ServiceRecord(place_id=place.id, created_by=creator.id, **(facts | more))
    db.session.add(record)
    db.session.flush()
    return record


def make_row(**more: Any) -> list[Any]:
    """A good row of a sheet; cells are named by their heads' fields."""
    cells: dict[str, Any] = {
        "occurred_on": "2026-11-05",
        "place": "",
        "project": "",
        "mode": "专业",
        "service_type": "义诊",
        "person_times": 48,
        "persons_known": 12,
        "evidence": f"签到表 {next(numbers)}",
        "note": "",
    }
    return list((cells | more).values())


def make_xlsx(rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD) -> bytes:
    return write_xlsx("服务记录", head, rows)


def make_csv(rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD) -> bytes:
    return b"".join(write_csv(head, rows))


def make_sheet(
    place: Place, creator: Person, rows: Sequence[Sequence[Any]] | None = None, **more: Any
) -> ImportBatch:
    """A sheet handed in, not read yet."""
    facts: dict[str, Any] = {
        "file_name": "十一月.xlsx",
        "content": make_xlsx(rows if rows is not None else [make_row()]),
        "dry_run": False,
        "now": utc_now(),
    }
    return hand_in_sheet(place=place, created_by=creator.id, **(facts | more))


def work(pieces: int = 1_000) -> int:
    """Do pieces of work until none is left, each in its own transaction as the worker does."""
    for done in range(pieces):
        with transaction():
            if not run_imports(now=utc_now()):
                return done
    return pieces


class Killed(Exception):
    """The worker died."""


def die_at_work() -> None:
    """Do a piece of work and be killed before it is stored."""
    with transaction():
        run_imports(now=utc_now())
        raise Killed
