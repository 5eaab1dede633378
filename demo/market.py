"""A year of Sharing Markets on the 5th, and who served there for how long.  Invented."""

import random
from datetime import date, datetime, time, timedelta

from demo.cast import neighbours, staff
from volunteer_hub.activities import actions as activities
from volunteer_hub.activities.models import Activity
from volunteer_hub.activities.queries import activities as activity_queries
from volunteer_hub.attendance.actions import presence
from volunteer_hub.foundation.clock import local_instant
from volunteer_hub.foundation.language import zone
from volunteer_hub.hours.actions import hours
from volunteer_hub.people.models import Person
from volunteer_hub.places import queries as places
from volunteer_hub.shifts.actions import planning
from volunteer_hub.shifts.models import Shift

YEAR = 2019
# February's 5th was the first day of the Spring Festival: that market was held a week later.
MOVED = {2: date(YEAR, 2, 12)}
ROLES = (
    ("引导与签到", "Guiding and check-in", "引导居民排队，帮助老人登记。"),
    ("理发与义诊助手", "Haircut and clinic helpers", "维持次序，递工具，陪老人等候。"),
    ("绿植兑换", "Plant exchange", "称重、登记、发绿植。"),
)
SERVED_PER_SHIFT = 17
RISKS_ZH = "人多拥挤，不要搬超过 10 公斤的东西；不经手居民的现金和证件。"
RISKS_EN = "Crowded: carry nothing over 10 kg, and never handle residents' cash or papers."


def market_days() -> list[date]:
    return [MOVED.get(month, date(YEAR, month, 5)) for month in range(1, 13)]


def play_month(day: date) -> None:
    """Hold the market of one month: three shifts, everyone clocked and verified."""
    if activity_queries.find_by_title("共享集市", _at(day, 8)):
        return
    parts = staff()
    dice = random.Random(day.toordinal())
    market = _market(day, parts["coordinator"])
    crowd = dice.sample(neighbours(), SERVED_PER_SHIFT * len(ROLES))
    for number, role in enumerate(ROLES):
        served = crowd[number * SERVED_PER_SHIFT : (number + 1) * SERVED_PER_SHIFT]
        shift = _shift(market, role, parts["coordinator"])
        for person in served:
            _serve(shift, person, dice, parts)
        hours.verify_shift(
            shift_id=shift.id, verifier=parts["second coordinator"].id, now=_at(day, 18)
        )


def _market(day: date, coordinator: Person) -> Activity:
    market = activities.create_activity(
        place=places.get_by_code("ganjiaxiang"),
        project=None,
        title_zh="共享集市",
        title_en="Sharing Market",
        description_zh="每月 5 日，免费剪发、义诊、废旧物品换绿植。",
        description_en="Each 5th: free haircuts, a free clinic, plants for recyclables.",
        starts_at=_at(day, 8),
        ends_at=_at(day, 12),
        created_by=coordinator.id,
        now=_at(day - timedelta(days=14), 9),
    )
    activities.publish_activity(activity=market, now=_at(day - timedelta(days=14), 9))
    return market


def _shift(market: Activity, role: tuple[str, str, str], coordinator: Person) -> Shift:
    before = market.starts_at - timedelta(days=14)
    shift = planning.create_shift(
        activity=market,
        place=places.get_by_code("ganjiaxiang"),
        title_zh=role[0],
        title_en=role[1],
        tasks_zh=role[2],
        risk_notice_zh=RISKS_ZH,
        risk_notice_en=RISKS_EN,
        starts_at=market.starts_at,
        ends_at=market.ends_at,
        minimum=5,
        capacity=20,
        created_by=coordinator.id,
        now=before,
    )
    planning.publish_shift(shift=shift, now=before)
    return shift


def _serve(shift: Shift, person: Person, dice: random.Random, parts: dict[str, Person]) -> None:
    arrives = shift.starts_at + timedelta(minutes=dice.randint(-10, 20))
    leaves = shift.ends_at + timedelta(minutes=dice.randint(-45, 15))
    present = presence.check_in(
        shift=shift, person=person, now=arrives, by=parts["grid worker"].id, method="paper"
    )
    presence.check_out(presence_id=present.id, now=leaves, by=parts["grid worker"].id)


def _at(day: date, hour: int) -> datetime:
    return local_instant(datetime.combine(day, time(hour)), zone())
