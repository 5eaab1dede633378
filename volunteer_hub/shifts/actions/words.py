"""What staff may write about a shift."""

from datetime import datetime
from typing import TypedDict

from volunteer_hub.places.models import Place


class Words(TypedDict, total=False):
    """What a shift says of itself beyond its Chinese title."""

    title_en: str | None
    spot_zh: str
    spot_en: str | None
    tasks_zh: str
    tasks_en: str | None
    requirements_zh: str
    requirements_en: str | None
    risk_notice_zh: str
    risk_notice_en: str | None
    minimum_age: int | None
    is_dangerous: bool
    needs_insurance: bool
    need: str | None
    opens_at: datetime | None
    closes_at: datetime | None
    leave_cutoff: int
    fair_until: datetime | None


class Changes(Words, total=False):
    """All that staff may change on a shift."""

    title_zh: str
    place: Place
    starts_at: datetime
    ends_at: datetime
    minimum: int
    capacity: int


class RoleWords(TypedDict):
    """One role of a shift; no id: a new one. `need`: the code of a credential type."""

    id: int | None
    title_zh: str
    title_en: str | None
    minimum: int
    capacity: int
    need: str | None
