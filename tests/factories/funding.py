from datetime import date
from itertools import count
from typing import Any

from tests.factories.people import make_person
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db
from volunteer_hub.funding.models import Entry
from volunteer_hub.projects.models import Project

numbers = count(1)


def make_entry(project: Project, kind: str = "awarded", yuan: int = 18_000, **more: Any) -> Entry:
    """An entry that counts: approved by a second person. Nothing is announced."""
    number = next(numbers)
    facts: dict[str, Any] = {
        "amount_fen": yuan * 100,
        "occurred_on": date(2026, 5, 6),
        "counterparty_zh": "白银路街道办事处",
        "counterparty_en": "Baiyin Road Subdistrict Office",
        "voucher_no": f"V{number:04d}",
        "state": "approved",
    }
    facts |= more
    if "created_by" not in facts:
        facts["created_by"] = make_person("马丽").id
    if facts["state"] == "approved":
        facts.setdefault("approved_at", utc_now())
        if "approved_by" not in facts:
            facts["approved_by"] = make_person("孙伟").id
    entry = Entry(project_id=project.id, kind=kind, **facts)
    db.session.add(entry)
    db.session.flush()
    return entry
