"""Runs inside the service's own house, in a process of its own, and prints what it made as JSON.

python -m tests.browser.backstage hire '[{"name": …, "email": …, "language": …, …}]'
python -m tests.browser.backstage furnish somebody@example.org
"""

import json
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from demo.cast import PASSWORD, staff
from tests.factories.planning import a_pattern
from volunteer_hub.activities import actions as activities
from volunteer_hub.activities.rules.recurrence import parse
from volunteer_hub.app import create_app
from volunteer_hub.attendance.actions import posters, presence
from volunteer_hub.credentials import actions as credentials
from volunteer_hub.credentials.queries import list_types
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.language import local_day
from volunteer_hub.foundation.policy import COORDINATOR
from volunteer_hub.hours.actions import disputes, hours
from volunteer_hub.hours.models import Hours
from volunteer_hub.people.actions import accounts, roles
from volunteer_hub.people.models import Person
from volunteer_hub.people.rules.accounts import PRIVACY_NOTICE, PRIVACY_VERSION
from volunteer_hub.places import queries as places
from volunteer_hub.places.models import Place
from volunteer_hub.series.actions.series import create_series
from volunteer_hub.shifts.actions import planning
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.actions import joining
from volunteer_hub.signups.models import Signup
from volunteer_hub.stand_ins import actions as stand_ins
from volunteer_hub.standing.actions import orders

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RISKS = {
    "risk_notice_zh": "楼梯较暗，请穿平底鞋。",
    "risk_notice_en": "Dark stairs: wear flat shoes.",
}


def hire(place: Place, parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Open accounts of people who are written to by e-mail and sign in with the demo password."""
    hired = [open_account(place, **part) for part in parts]
    return [{"id": person.id, "number": person.volunteer_no} for person in hired]


def open_account(
    place: Place,
    *,
    name: str,
    email: str,
    language: str = "zh",
    coordinates: bool = False,
    **_: Any,
) -> Person:
    facts = {"name": name, "email": email, "language": language, "home_place": place}
    person = accounts.create_person(birth_date=date(1980, 5, 5), now=NOW, **facts)
    accounts.set_password(person=person, password=PASSWORD)
    agreed = {"purpose": PRIVACY_NOTICE, "version": PRIVACY_VERSION, "language": language}
    accounts.give_consent(person=person, now=NOW, **agreed)
    if coordinates:
        roles.grant_role(person=person, role=COORDINATOR, place=place, granted_by=None, now=NOW)
    db.session.flush()
    return person


def furnish(place: Place, email: str) -> dict[str, int]:
    """Fill the rooms around one new volunteer; give the numbers that stand in addresses."""
    me, parts = open_account(place, name="邓小满", email=email), staff()
    coordinator = parts["coordinator"]
    locked, disputed, waiting = (serve(place, me, days_ago=n, parts=parts) for n in (3, 2, 1))
    today = plan(place, NOW - HOUR / 2, by=coordinator)
    joining.join(shift_id=today.id, person=me, now=NOW - 3 * DAY)
    presence.check_in(shift=today, person=me, now=NOW, by=coordinator.id)
    posters.switch_on(shift=today, by=coordinator.id, now=NOW)
    coming = plan(place, NOW + 9 * DAY, by=coordinator)
    mine = joining.join(shift_id=coming.id, person=me, now=NOW)
    asked = stand_ins.ask(shift_id=coming.id, by=me, note="孩子要打疫苗。", number=None, now=NOW)
    for one in (disputed, locked):
        hours.verify_hours(hours_id=one.id, verifier=parts["second coordinator"].id, now=NOW)
    dispute = disputes.open_dispute(hours_id=disputed.id, says="少了半小时。", by=me.id, now=NOW)
    series, order, promised = come_again(place, me, by=coordinator)
    return {
        "person": me.id, "today": today.id, "activity": today.activity_id, "coming": coming.id,
        "signup": mine.id, "request": asked.id, "waiting": waiting.id, "locked": locked.id,
        "dispute": dispute.id, "series": series, "order": order, "promised": promised,
        "credential": certify(me, by=coordinator),
    }  # fmt: skip


def plan(place: Place, starts_at: datetime, *, by: Person) -> Shift:
    """Publish an activity of two hours with one shift of four places."""
    then = min(NOW, starts_at) - 4 * DAY
    facts = {"place": place, "starts_at": starts_at, "ends_at": starts_at + 2 * HOUR, "now": then}
    facts |= {"title_zh": "楼道安全巡查", "title_en": "Stairwell safety round", "created_by": by.id}
    activity = activities.create_activity(project=None, **facts)
    activities.publish_activity(activity=activity, now=then)
    shift = planning.create_shift(activity=activity, minimum=1, capacity=4, **RISKS, **facts)
    planning.publish_shift(shift=shift, now=then)
    return shift


def serve(place: Place, person: Person, *, days_ago: int, parts: dict[str, Person]) -> Hours:
    """Serve two hours some days ago; they wait for a second person."""
    shift = plan(place, NOW - days_ago * DAY - 2 * HOUR, by=parts["coordinator"])
    by = parts["grid worker"].id
    joining.join(shift_id=shift.id, person=person, now=shift.starts_at - DAY)
    came = presence.check_in(shift=shift, person=person, now=shift.starts_at, by=by)
    return presence.check_out(presence_id=came.id, now=shift.ends_at, by=by)


def come_again(place: Place, person: Person, *, by: Person) -> tuple[int, int, int]:
    """Begin a series on every 5th and promise to come each time; name the next shift too."""
    series = create_series(
        place=place, project=None, title_zh="共享集市", title_en="Sharing Market",
        rule=parse("FREQ=MONTHLY;BYMONTHDAY=5"), first_on=local_day(NOW + DAY), last_on=None,
        begins=time(8), minutes=240, zone="Asia/Shanghai", publishes=True, created_by=by.id,
        now=NOW, patterns=[a_pattern()],
    )  # fmt: skip
    order = orders.begin(
        series_id=series.id, person=person, task=None, weekdays=(), begins_on=local_day(NOW),
        ends_on=None, now=NOW,
    )  # fmt: skip
    first = (
        select(func.min(Signup.shift_id))
        .join(Signup.shift)
        .where(Signup.person_id == person.id, Shift.starts_at > NOW, Shift.capacity == 5)
    )
    return series.id, order.id, db.session.execute(first).scalar_one()


def certify(person: Person, *, by: Person) -> int:
    """Record an insurance that runs out soon, and a training."""
    begins, ends = local_day(NOW - 300 * DAY), local_day(NOW + 20 * DAY)
    facts = {"person": person, "valid_from": begins, "valid_until": ends, "by": by.id, "now": NOW}
    credentials.record_credential(code=list_types()[0].code, **facts)
    return credentials.record_credential(code=None, number="PICC-2026-001", **facts).id


def main(what: str, asked: str) -> None:
    with create_app().app_context(), transaction():
        place = places.get_by_code("ganjiaxiang")
        made = hire(place, json.loads(asked)) if what == "hire" else furnish(place, asked)
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
