"""Hours in the browser: the queue, one shift, corrections, and one's own."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.factories.attendance import make_hours, make_presence
from tests.factories.people import make_person
from tests.factories.shifts import make_shift
from tests.market import END, MINUTE, START, announced
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.sheets import read_rows
from volunteer_hub.hours.models import Hours

LATER = END + timedelta(hours=1)


@pytest.fixture(autouse=True)
def later(request):
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def coordinator(as_person, english):
    return as_person(english.coordinator)


@pytest.fixture
def waiting(world, shift, signup):
    with transaction():
        make_presence(shift, world.volunteer, state="left", signup=signup)
        return make_hours(shift, world.volunteer, minutes=225)


def fresh(hours):
    db.session.expire_all()
    return db.session.get_one(Hours, hours.id)


def test_the_queue_verifies_with_one_tap(coordinator, world, waiting):
    page = coordinator.get("/attendance/hours").text
    assert world.volunteer.name in page
    assert "3 h 45 min" in page
    with announced() as facts:
        page = coordinator.post(f"/attendance/hours/{waiting.id}/verify", follow_redirects=True)
    assert "Verified: the hours count now." in page.text
    assert "Nothing waits" in page.text
    assert [fact.amount for fact in facts] == [225]
    assert fresh(waiting).verified_by == world.coordinator.id


def test_a_second_settling_is_told(coordinator, world, waiting):
    for _ in range(2):
        page = coordinator.post(f"/attendance/hours/{waiting.id}/verify", follow_redirects=True)
    assert "These hours have been settled already." in page.text


def test_one_s_own_hours_have_no_buttons(coordinator, world, shift):
    with transaction():
        own = make_hours(shift, world.coordinator)
    page = coordinator.get("/attendance/hours").text
    assert "A second person decides." in page
    assert f"/attendance/hours/{own.id}/verify" not in page
    page = coordinator.post(f"/attendance/hours/{own.id}/verify", follow_redirects=True).text
    assert "they are your own" in page
    assert fresh(own).state == "recorded"


def test_the_queue_is_paged_and_costs_the_same(coordinator, shift, queries):
    with transaction():
        for _ in range(25):
            make_hours(shift, make_person())
    queries.clear()
    first = coordinator.get("/attendance/hours").text
    assert len(queries) <= 5, queries
    assert first.count("/verify") == 20
    assert "25 entries wait." in first
    after = first.split("/attendance/hours?after=")[1].split('"')[0]
    assert coordinator.get(f"/attendance/hours?after={after}").text.count("/verify") == 5
    assert coordinator.get("/attendance/hours?after=x").status_code == 422


def test_a_shift_s_hours_cost_the_same(coordinator, shift, queries):
    with transaction():
        for _ in range(25):
            make_hours(shift, make_person())
    queries.clear()
    page = coordinator.get(f"/attendance/shifts/{shift.id}").text
    assert len(queries) <= 6, queries
    assert "Verify all 25 clocked" in page


def test_all_clocked_at_once(coordinator, world, shift, waiting):
    address = f"/attendance/shifts/{shift.id}"
    assert "Verify all 1 clocked" in coordinator.get(address).text
    page = coordinator.post(
        f"{address}/verify", headers={"Referer": f"http://hub.test{address}"}, follow_redirects=True
    )
    assert page.request.path == address
    assert "1 entry verified." in page.text
    assert "Verify all" not in page.text
    with transaction():
        make_hours(shift, world.coordinator)  # their own: not theirs to verify
    assert "Verify all" not in coordinator.get(address).text


def test_rejected_with_a_reason(coordinator, world, shift, waiting):
    address = f"/attendance/hours/{waiting.id}/reject"
    assert world.volunteer.name in coordinator.get(address).text
    refused = coordinator.post(address, data={"reason": " "})
    assert refused.status_code == 422
    answer = coordinator.post(address, data={"reason": "没有到场"})
    assert answer.location.endswith(f"/attendance/shifts/{shift.id}")
    assert (fresh(waiting).state, fresh(waiting).rejected_because) == ("rejected", "没有到场")
    assert "Not counted: 没有到场" in coordinator.get(answer.location).text


def test_reversed_and_verified_by_a_second_person(as_person, coordinator, world, shift, waiting):
    coordinator.post(f"/attendance/hours/{waiting.id}/verify")
    address = f"/attendance/hours/{waiting.id}/reverse"
    page = coordinator.post(address, data={"reason": "100% 记错"}, follow_redirects=True).text
    assert "−3 h 45 min" in page
    assert "100% 记错" in page
    reversal = db.session.scalars(select(Hours).where(Hours.minutes < 0)).one()
    page = coordinator.post(f"/attendance/hours/{reversal.id}/verify", follow_redirects=True).text
    assert "you wrote them in yourself" in page
    as_person(world.second_coordinator).post(f"/attendance/hours/{reversal.id}/verify")
    assert fresh(reversal).state == "locked"
    assert "taken back" in coordinator.get(f"/attendance/shifts/{shift.id}").text
    page = coordinator.post(address, data={"reason": "再来"}, follow_redirects=True).text
    assert "Only locked hours can be reversed, and only once." in page


TYPED = {
    "checked_in_at": "2026-12-05T08:10",
    "checked_out_at": "2026-12-05T12:00",
    "reason": "纸质签到表",
}


def test_written_in(coordinator, world, shift):
    address = f"/attendance/shifts/{shift.id}/back-fill"
    assert 'value="2026-12-05T08:00"' in coordinator.get(address).text
    number = world.other_volunteer.volunteer_no
    answer = coordinator.post(address, data=TYPED | {"number": number})
    assert answer.status_code == 303
    hours = db.session.scalars(select(Hours)).one()
    assert (hours.minutes, hours.source) == (230, "back_filled")
    assert (hours.person_id, hours.recorded_by) == (world.other_volunteer.id, world.coordinator.id)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number": "TST-0"}, "Nobody has this number."),
        ({"reason": ""}, "Please fill this in."),
        ({"checked_out_at": "2026-12-05T08:10"}, "The check-out must be after the check-in"),
        ({"checked_out_at": "2026-12-05T14:00"}, "These hours lie in the future."),
        ({"checked_in_at": "2026-12-04T08:10"}, "Check-in is open from 15 minutes before"),
        ({"checked_in_at": "yesterday"}, "checked_in_at"),
    ],
)
def test_what_cannot_be_written_in_is_said_beside_the_form(
    coordinator, world, shift, changes, sentence
):
    typed = TYPED | {"number": world.other_volunteer.volunteer_no} | changes
    answer = coordinator.post(f"/attendance/shifts/{shift.id}/back-fill", data=typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed["number"] in answer.text  # what was typed stands there still
    assert db.session.scalars(select(Hours)).all() == []


def test_my_hours_show_every_correction(as_person, english, world, shift):
    with transaction():
        me = world.volunteer
        locked = {"state": "locked", "by": world.coordinator}
        first = make_hours(shift, me, minutes=240, **locked)
        make_hours(shift, me, minutes=-240, reverses_id=first.id, reason="记错了班次", **locked)
        make_hours(shift, me, minutes=90, source="back_filled", reason="纸质签到表", **locked)
        make_hours(shift, me, minutes=60, state="rejected", by=world.coordinator)
        make_hours(
            shift, me, minutes=30, source="confirmed_by_leader", reason="forgotten check-out"
        )
        make_hours(shift, world.other_volunteer, minutes=111, **locked)
    page = as_person(me).get("/me/hours").text
    for said in ("1.5", "taken back", "记错了班次", "纸质签到表", "Not counted: 不符"):
        assert said in page
    for said in ("forgotten check-out", "1 entry waits for verification.", "−4 h<"):
        assert said in page
    assert "1 h 51 min" not in page


def test_my_hours_cost_the_same(as_person, world, shift, queries):
    with transaction():
        for day in range(1, 29):
            served_on = START.date().replace(day=day)
            make_hours(shift, world.volunteer, state="locked", served_on=served_on)
    queries.clear()
    page = as_person(world.volunteer).get("/me/hours")
    assert len(queries) <= 8, queries
    assert page.text.count('class="plate"') == 20


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_office_s_file(coordinator, world, shift, waiting, form):
    with transaction():
        person = make_person("路过的人")
        make_presence(shift, person, checked_in_at=START + MINUTE)
    answer = coordinator.get(f"/attendance/shifts/{shift.id}/attendance.{form}")
    rows = read_rows(answer.data)
    assert rows[0][:2] == ["Full name", "Volunteer no."]
    by_name = {row[0]: [str(cell) for cell in row[1:]] for row in rows[1:]}
    assert by_name[world.volunteer.name][2:5] == [
        "has left",
        "2026-12-05 08:00",
        "2026-12-05 12:00",
    ]
    assert [float(cell) for cell in by_name[world.volunteer.name][5:7]] == [0, 225]
    assert by_name[world.volunteer.name][7] == "clocked in and out"
    assert by_name["路过的人"][1] == "yes"
    assert f"attendance-20261205-{shift.id}.{form}" in answer.headers["Content-Disposition"]
    assert db.session.scalars(select(AuditEntry.verb)).all() == ["exported"]


@pytest.mark.parametrize(("people", "pages"), [(0, 1), (16, 1), (18, 1), (19, 2), (38, 2)])
def test_the_sheet_has_blank_rows_for_walk_ins(coordinator, world, people, pages):
    from tests.factories.shifts import make_signup

    with transaction():
        shift = make_shift(world.community, starts_at=START, ends_at=END, capacity=50)
        for _ in range(people):
            make_signup(shift, make_person())
    page = coordinator.get(f"/attendance/shifts/{shift.id}/sheet").text
    assert page.count('<tr class="blank">') == pages * 20 - people >= 2
    assert page.count('class="a4"') == pages
    assert "<svg" in page
    assert 'lang="zh-CN"' in page  # whatever the reader's language
    assert "Volunteer sign-in sheet" in page
