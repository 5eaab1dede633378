"""The presence rule and the day's cap: what is flagged, what fits, what is verified in bulk."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tests.factories.attendance import make_hours, make_presence
from tests.factories.people import make_person
from tests.factories.shifts import make_shift
from tests.market import END, MINUTE, START, announced
from volunteer_hub.attendance.actions.presence import check_out
from volunteer_hub.foundation.database import attempt, db, transaction, violated
from volunteer_hub.hours.actions import hours as actions
from volunteer_hub.hours.models import Hours
from volunteer_hub.hours.queries import hours as queries
from volunteer_hub.hours.rules import hours as rules


def verify(hours, verifier, *, agreed=None):
    with transaction():
        return actions.verify_hours(hours_id=hours.id, verifier=verifier.id, now=END, agreed=agreed)


def leave(presence, *, at, by=None):
    with transaction():
        return check_out(presence_id=presence.id, now=at, by=by)


@pytest.fixture
def set_limits(app, monkeypatch):
    def put(**changes):
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **changes))

    return put


@pytest.mark.parametrize(("stayed", "short"), [(143, True), (144, False), (240, False)])
def test_a_short_stay_is_recorded_and_flagged(world, shift, signup, stayed, short):
    with transaction():
        presence = make_presence(shift, world.volunteer, signup=signup)
    hours = leave(presence, at=START + stayed * MINUTE)
    assert (hours.minutes, hours.source, hours.state) == (stayed, "clocked", "recorded")
    assert hours.below_presence_rule is short
    assert hours.signup_id == signup.id


def test_the_share_is_a_setting(world, shift, signup, set_limits):
    set_limits(presence_share=0)
    with transaction():
        presence = make_presence(shift, world.volunteer, signup=signup)
    assert leave(presence, at=START + MINUTE).below_presence_rule is False


def test_a_short_stay_is_verified_alone_but_never_in_bulk(world, shift):
    with transaction():
        short = make_hours(shift, world.volunteer, minutes=60, below_presence_rule=True)
        whole = make_hours(shift, make_person())
    assert queries.count_clocked(shift.id, verifier=world.coordinator.id) == 1
    with transaction():
        done = actions.verify_shift(shift_id=shift.id, verifier=world.coordinator.id, now=END)
    assert (done, whole.state, short.state) == (1, "locked", "recorded")
    assert verify(short, world.coordinator).state == "locked"


def another_shift(world, *, hours=1):
    day = START + timedelta(hours=hours)
    return make_shift(world.community, starts_at=day, ends_at=day + timedelta(hours=1))


def test_a_day_holds_no_more_than_the_cap(world, shift):
    with transaction():
        first = make_hours(shift, world.volunteer, minutes=300)
        second = make_hours(another_shift(world), world.volunteer, minutes=240)
    verify(first, world.coordinator)
    with announced() as facts, pytest.raises(rules.DayIsFull) as refused:
        verify(second, world.coordinator)
    assert refused.value.facts["fits"] == 180
    assert facts == []
    db.session.refresh(second)
    assert second.state == "recorded"


def test_the_verifier_may_count_what_still_fits(world, shift):
    with transaction():
        make_hours(shift, world.volunteer, minutes=300, state="locked", by=world.coordinator)
        second = make_hours(another_shift(world), world.volunteer, minutes=240)
    with announced() as facts:
        hours = verify(second, world.coordinator, agreed=180)
    assert (hours.minutes, hours.served_minutes) == (180, 240)
    assert [fact.amount for fact in facts] == [180]
    with transaction():
        reversal = actions.reverse_hours(
            hours_id=hours.id, reason="记错", by=world.coordinator.id, now=END
        )
    assert (reversal.minutes, reversal.served_minutes) == (-180, -240)


@pytest.mark.parametrize("agreed", [1, 179, 181, 240])
def test_no_other_number_is_agreed_to(world, shift, agreed):
    with transaction():
        make_hours(shift, world.volunteer, minutes=300, state="locked", by=world.coordinator)
        second = make_hours(another_shift(world), world.volunteer, minutes=240)
    with pytest.raises(rules.DayIsFull):
        verify(second, world.coordinator, agreed=agreed)


def test_other_days_other_people_and_what_does_not_count_take_no_room(world, shift):
    yesterday = {"served_on": (START - timedelta(days=1)).date()}
    with transaction():
        locked = {"minutes": 480, "state": "locked", "by": world.coordinator}
        make_hours(shift, world.volunteer, **locked, **yesterday)
        make_hours(shift, world.other_volunteer, **locked)
        make_hours(shift, world.volunteer, minutes=480, state="rejected", by=world.coordinator)
        make_hours(another_shift(world), world.volunteer, minutes=480)  # waits
        hours = make_hours(another_shift(world, hours=2), world.volunteer, minutes=480)
    assert verify(hours, world.coordinator).minutes == 480


def test_a_verified_reversal_makes_room(world, shift):
    with transaction():
        first = make_hours(shift, world.volunteer, minutes=480)
        second = make_hours(another_shift(world), world.volunteer, minutes=60)
    verify(first, world.coordinator)
    with transaction():
        back = actions.reverse_hours(
            hours_id=first.id, reason="记错", by=world.coordinator.id, now=END
        )
    with pytest.raises(rules.DayIsFull):
        verify(second, world.second_coordinator)  # it waits still
    verify(back, world.second_coordinator)
    assert verify(second, world.second_coordinator).minutes == 60


def test_in_bulk_only_what_fits_is_verified(world, shift, set_limits):
    set_limits(day_cap_hours=4)
    with transaction():
        fits = make_hours(shift, make_person(), minutes=240)
        over = make_hours(shift, make_person(), minutes=241)
    with transaction():
        done = actions.verify_shift(shift_id=shift.id, verifier=world.coordinator.id, now=END)
    assert (done, fits.state, over.state) == (1, "locked", "recorded")


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"minutes": 60, "served_minutes": 59}, "ck_hours_counts_what_was_served"),
        ({"minutes": 60, "served_minutes": -60}, "ck_hours_counts_what_was_served"),
        ({"minutes": 60, "served_minutes": 1441}, "ck_hours_counts_what_was_served"),
        ({"minutes": 60, "served_minutes": 90}, "ck_hours_shortened_when_verified"),
        (
            {"source": "back_filled", "reason": "补", "below_presence_rule": True},
            "ck_hours_only_the_clock_falls_short",
        ),
    ],
)
def test_the_database_keeps_what_was_served_honest(world, shift, facts, constraint):
    with transaction(), pytest.raises(IntegrityError) as error, attempt():
        make_hours(shift, world.volunteer, **facts)
    assert violated(error.value) == constraint


@pytest.mark.parametrize(
    "change",
    [
        "update hours set served_minutes = 1000",
        "update hours set below_presence_rule = true",
        "update hours set signup_id = null, reason = 'x'",
        "update hours set source = 'self_declared'",
        "delete from hours",
    ],
)
@pytest.mark.parametrize("state", ["locked", "rejected"])
def test_nothing_of_a_settled_row_ever_changes(world, shift, change, state):
    with transaction():
        make_hours(shift, world.volunteer, state=state, by=world.coordinator)
    with transaction(), pytest.raises(IntegrityError) as error, attempt():
        db.session.execute(text(change))
    assert violated(error.value) == "hours_is_final"


def test_a_full_day_takes_two_taps(as_person, english, world, shift):
    with transaction():
        make_hours(shift, world.volunteer, minutes=300, state="locked", by=world.coordinator)
        second = make_hours(another_shift(world), world.volunteer, minutes=240)
    browser = as_person(world.coordinator)
    with time_machine.travel(END, tick=False):
        page = browser.post(f"/attendance/hours/{second.id}/verify", follow_redirects=True)
        assert page.request.path == f"/attendance/hours/{second.id}/shorten"
        assert "180 min still fit" in page.text
        assert 'name="agreed" value="180"' in page.text
        page = browser.post(
            f"/attendance/hours/{second.id}/verify", data={"agreed": 180}, follow_redirects=True
        )
        assert "Verified: the hours count now." in page.text
        page = browser.get(f"/attendance/shifts/{second.shift_id}").text
        assert "of" in page
        assert "4 h</span> served" in " ".join(page.split())
        own = as_person(world.volunteer).get("/me/hours").text
        assert "the rest is beyond what counts of one day" in own
    counted = select(Hours.minutes, Hours.served_minutes).where(Hours.id == second.id)
    assert db.session.execute(counted).one() == (180, 240)


def test_a_day_without_room_offers_no_button(as_person, english, world, shift):
    with transaction():
        make_hours(shift, world.volunteer, minutes=480, state="locked", by=world.coordinator)
        second = make_hours(another_shift(world), world.volunteer, minutes=240)
    browser = as_person(world.coordinator)
    page = browser.post(f"/attendance/hours/{second.id}/verify", follow_redirects=True)
    assert page.request.path == "/attendance/hours"
    assert "0 min still fit" in page.text
    page = browser.get(f"/attendance/hours/{second.id}/shorten").text
    assert "Nothing fits any more." in page
    assert 'name="agreed"' not in page


def test_what_bulk_leaves_is_said(as_person, english, world, shift):
    with transaction():
        make_hours(shift, make_person(), minutes=481)
        make_hours(shift, make_person(), minutes=60, below_presence_rule=True)
    browser = as_person(world.coordinator)
    page = browser.post(f"/attendance/shifts/{shift.id}/verify", follow_redirects=True).text
    assert "0 entries verified." in page
    assert "The rest would pass the day's cap" in page.replace("&#39;", "'")
    assert "short stay" in browser.get("/attendance/hours").text
