"""A year of Sharing Markets on the 5th, and who served there for how long.  Invented."""

import random
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from demo.cast import neighbours, staff
from volunteer_hub.activities.models import Activity, Series
from volunteer_hub.activities.queries import activities as activity_queries
from volunteer_hub.activities.rules.recurrence import parse
from volunteer_hub.attendance.actions import presence
from volunteer_hub.attendance.actions.back_filling import back_fill
from volunteer_hub.attendance.queries.presence import find_presence
from volunteer_hub.foundation.clock import Span, local_date, local_instant
from volunteer_hub.foundation.database import attempt
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.home.rules import next_market
from volunteer_hub.hours.actions import hours
from volunteer_hub.hours.models import Hours
from volunteer_hub.people.models import Person
from volunteer_hub.places import queries as places
from volunteer_hub.planning.actions import occurrences
from volunteer_hub.planning.models import ShiftPattern
from volunteer_hub.series.actions import expansion, series
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries import lists
from volunteer_hub.signups.actions import joining

TITLE = "共享集市"
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


def plan_year() -> None:
    """Plan a market on every 5th of the year; February's moves, the other days off are kept."""
    before = _at(date(YEAR - 1, 12, 20), 9)
    if activity_queries.find_by_title(TITLE, _at(date(YEAR, 1, 5), 8)):
        return
    year = _series(first_on=date(YEAR, 1, 5), last_on=date(YEAR, 12, 5), now=before)
    expansion.plan_ahead(series_id=year.id, until=date(YEAR, 12, 31), now=before)
    for month in range(1, 13):
        market = _market(date(YEAR, month, 5))
        if month in MOVED:
            span = Span(_at(MOVED[month], 8), _at(MOVED[month], 12))
            occurrences.move_activity(activity=market, span=span, now=before)
        elif market.choice == "waiting":
            occurrences.keep_activity(activity=market, now=before)


def play_month(day: date) -> None:
    """Hold the market of one month: three shifts, everyone clocked and verified."""
    parts = staff()
    dice = random.Random(day.toordinal())
    crowd = dice.sample(neighbours(), SERVED_PER_SHIFT * len(ROLES))
    for number, shift in enumerate(lists.list_of_activity(_market(day).id, drafts=False)):
        served = crowd[number * SERVED_PER_SHIFT : (number + 1) * SERVED_PER_SHIFT]
        if find_presence(shift.id, served[0].id):
            continue
        for person in served[:-1]:
            _clock(shift, person, dice, by=parts["grid worker"].id)
        missed = _write_in(shift, served[-1], by=parts["grid worker"].id)
        checked = {"verifier": parts["second coordinator"].id, "now": _at(day, 18)}
        hours.verify_shift(shift_id=shift.id, **checked)
        hours.verify_hours(hours_id=missed.id, **checked)


def play_coming(now: datetime) -> None:
    """Go on with the markets from the next 5th on; neighbours sign up for the first of them."""
    today = local_date(now, zone())
    first = next_market(today + timedelta(days=1))
    if activity_queries.find_by_title(TITLE, _at(first, 8)):
        return
    _series(first_on=first, last_on=None, now=now)
    dice = random.Random(f"market of {first}")  # not the dice of the other shifts that day
    for shift in lists.list_of_activity(_market(first).id, drafts=False):
        for person in dice.sample(neighbours(), 8):
            # Some help with another task of the same morning.
            with suppress(Refusal), attempt():
                joining.join(shift_id=shift.id, person=person, now=now)


def _series(*, first_on: date, last_on: date | None, now: datetime) -> Series:
    return series.create_series(
        place=places.get_by_code("ganjiaxiang"),
        project=None,
        title_zh=TITLE,
        title_en="Sharing Market",
        description_zh="每月 5 日，免费剪发、义诊、废旧物品换绿植。",
        description_en="Each 5th: free haircuts, a free clinic, plants for recyclables.",
        rule=parse("FREQ=MONTHLY;BYMONTHDAY=5"),
        first_on=first_on,
        last_on=last_on,
        begins=time(8),
        minutes=240,
        zone=str(zone()),
        publishes=True,
        created_by=staff()["coordinator"].id,
        now=now,
        patterns=[_pattern(*role) for role in ROLES],
    )


def _pattern(title_zh: str, title_en: str, tasks_zh: str) -> ShiftPattern:
    return ShiftPattern(
        begins_after=0,
        minutes=240,
        title_zh=title_zh,
        title_en=title_en,
        tasks_zh=tasks_zh,
        risk_notice_zh=RISKS_ZH,
        risk_notice_en=RISKS_EN,
        minimum=5,
        capacity=20,
    )


def _market(day: date) -> Activity:
    market = activity_queries.find_by_title(TITLE, _at(day, 8))
    assert market is not None, "the year was planned before"
    return market


def _clock(shift: Shift, person: Person, dice: random.Random, *, by: int) -> None:
    arrives = shift.starts_at + timedelta(minutes=dice.randint(-10, 20))
    leaves = shift.ends_at + timedelta(minutes=dice.randint(-45, 15))
    present = presence.check_in(shift=shift, person=person, now=arrives, by=by, method="paper")
    presence.check_out(presence_id=present.id, now=leaves, by=by)


def _write_in(shift: Shift, person: Person, *, by: int) -> Hours:
    """Write in, in the afternoon, whom the list at the entrance missed."""
    return back_fill(
        shift=shift,
        person=person,
        checked_in_at=shift.starts_at,
        checked_out_at=shift.ends_at,
        reason="签到表漏记，带队人当天下午证实",
        by=by,
        now=shift.ends_at + timedelta(hours=3),
    )


def _at(day: date, hour: int) -> datetime:
    return local_instant(datetime.combine(day, time(hour)), zone())
