"""The living present: four weeks of shifts around today, some full, some with a waitlist."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from demo.cast import neighbours, staff
from demo.market import RISKS_EN, RISKS_ZH
from volunteer_hub.activities import actions as activities
from volunteer_hub.activities.queries import activities as activity_queries
from volunteer_hub.attendance.actions import presence
from volunteer_hub.foundation.clock import local_date, local_instant
from volunteer_hub.foundation.language import zone
from volunteer_hub.messages import actions as post_office
from volunteer_hub.people.models import Person
from volunteer_hub.places import queries as places
from volunteer_hub.shifts.actions import planning
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.actions import joining
from volunteer_hub.signups.rules.line import REMINDERS


@dataclass(frozen=True)
class Slot:
    """A weekly offer: `weekday` 0 is Monday; `fill` is the share of places that are asked for."""

    weekday: int
    start: time
    hours: float
    place: str
    activity: tuple[str, str]
    role: tuple[str, str]
    tasks: str
    needs: str
    capacity: int
    fill: float
    minimum_age: int | None = None


WEEK = (
    Slot(
        1,
        time(9),
        2,
        "ganjiaxiang",
        ("邻里健康角", "Neighbours' Health Corner"),
        ("量血压与登记", "Blood pressure and sign-in"),
        "给来义诊的老人量血压、登记，提醒下次复查。",
        "耐心，会用电子血压计",
        4,
        0.5,
    ),
    Slot(
        2,
        time(16, 30),
        2,
        "xibeixincun",
        ("四点半课堂", "Half-past-four Class"),
        ("作业辅导", "Homework help"),
        "陪小学生写作业、读课文，社区工作人员全程在场。",
        "不单独与孩子同处一室",
        6,
        1.5,
        18,
    ),
    Slot(
        3,
        time(14, 30),
        2,
        "xibeixincun",
        ("垃圾分类进校园", "Sorting at School"),
        ("小讲解员搭档", "Young guides' partner"),
        "和小讲解员一起演示怎么分、分到哪。",
        "可带孩子",
        8,
        0.6,
    ),
    Slot(
        4,
        time(9, 30),
        1.5,
        "ganjiaxiang",
        ("银龄守护", "Silver Guard"),
        ("上门探访", "Home visits"),
        "两人一组上门看望独居老人，聊聊天，看看家里水电气。",
        "两人同行",
        10,
        0.3,
    ),
    Slot(
        5,
        time(9),
        2.5,
        "ganjiaxiang",
        ("绿植换万家", "Plants for Recyclables"),
        ("称重与兑换", "Weighing and exchange"),
        "称重、登记、发绿植，教大家怎么养。",
        "穿防滑鞋、戴手套",
        12,
        1.0,
    ),
    Slot(
        6,
        time(10),
        3,
        "xibeixincun",
        ("楼道微更新", "Brighter Stairwells"),
        ("刷墙与清理", "Painting and clearing"),
        "清楼道杂物，刷一层楼的墙。",
        "年满 18 周岁，穿旧衣服",
        9,
        0.7,
        18,
    ),
)
WEEKS_BACK, WEEKS_AHEAD = 1, 3
CONFIRMATIONS = ("shift-joined", "shift-waitlisted")


def play_past(now: datetime) -> None:
    """Hold what has begun since last week's Monday; played before anybody can be reminded."""
    _play(now, begun=True)


def play_coming(now: datetime) -> None:
    """Offer the coming weeks' shifts; neighbours sign up in the order of arrival."""
    _play(now, begun=False)


def _play(now: datetime, *, begun: bool) -> None:
    parts, crowd = staff(), neighbours()
    today = local_date(now, zone())
    monday = today - timedelta(days=today.weekday() + 7 * WEEKS_BACK)
    for week in range(WEEKS_BACK + 1 + WEEKS_AHEAD):
        for slot in WEEK:
            day = monday + timedelta(days=7 * week + slot.weekday)
            known = activity_queries.find_by_title(slot.activity[0], _at(day, slot))
            if known is None and (_at(day, slot) <= now) == begun:
                dice = random.Random(day.toordinal())
                willing = [p for p in dice.sample(crowd, 40) if _may(slot, p)]
                wanted = round(slot.capacity * slot.fill * dice.uniform(0.8, 1.2))
                _offer(slot, day, now, parts, willing[:wanted])


def _offer(
    slot: Slot, day: date, now: datetime, parts: dict[str, Person], willing: list[Person]
) -> None:
    begun = _at(day, slot) <= now
    # What lies behind us was offered and joined before it began.
    then = min(now, _at(day, slot) - timedelta(days=3))
    shift = _shift(slot, _at(day, slot), then, _coordinator(slot, parts))
    for person in willing[: slot.capacity] if begun else willing:
        joining.join(shift_id=shift.id, person=person, now=then)
        if begun:
            _attend(shift, person, parts)
    if then < now:  # nobody is written to about what they remember
        gone = [
            f"shift-reminder-{name}"
            for name, ahead in REMINDERS.items()
            if shift.starts_at - ahead <= now
        ]
        post_office.call_back(f"shift:{shift.id}", kinds=[*CONFIRMATIONS, *gone])


def _shift(slot: Slot, starts_at: datetime, then: datetime, coordinator: Person) -> Shift:
    place = places.get_by_code(slot.place)
    ends_at = starts_at + timedelta(hours=slot.hours)
    activity = activities.create_activity(
        place=place,
        project=None,
        title_zh=slot.activity[0],
        title_en=slot.activity[1],
        starts_at=starts_at,
        ends_at=ends_at,
        created_by=coordinator.id,
        now=then,
    )
    activities.publish_activity(activity=activity, now=then)
    shift = planning.create_shift(
        activity=activity,
        place=place,
        title_zh=slot.role[0],
        title_en=slot.role[1],
        tasks_zh=slot.tasks,
        requirements_zh=slot.needs,
        risk_notice_zh=RISKS_ZH,
        risk_notice_en=RISKS_EN,
        minimum_age=slot.minimum_age,
        starts_at=starts_at,
        ends_at=ends_at,
        minimum=max(1, slot.capacity // 3),
        capacity=slot.capacity,
        created_by=coordinator.id,
        now=then,
    )
    planning.publish_shift(shift=shift, now=then)
    return shift


def _attend(shift: Shift, person: Person, parts: dict[str, Person]) -> None:
    """Clock who came; their hours wait for a second person."""
    by = parts["grid worker"].id
    present = presence.check_in(shift=shift, person=person, now=shift.starts_at, by=by)
    presence.check_out(presence_id=present.id, now=shift.ends_at, by=by)


def _coordinator(slot: Slot, parts: dict[str, Person]) -> Person:
    return parts["coordinator" if slot.place == "ganjiaxiang" else "coordinator next door"]


def _may(slot: Slot, person: Person) -> bool:
    return slot.minimum_age is None or (
        person.birth_date is not None and person.birth_date.year <= 2000
    )


def _at(day: date, slot: Slot) -> datetime:
    return local_instant(datetime.combine(day, slot.start), zone())
