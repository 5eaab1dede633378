"""Scanning at the door: the code of the screen, the poster, and the way round by the sign-in."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.shifts import make_shift, make_signup
from tests.market import END, MINUTE, START, at, token_of
from volunteer_hub.attendance.models import PosterCode, Presence
from volunteer_hub.attendance.rules import codes
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction

SECOND = timedelta(seconds=1)
NOW = START + 5 * MINUTE


@pytest.fixture
def volunteer(as_person, english, signup):
    return as_person(english.volunteer)


def scan(app, shift, *, now=NOW):
    return f"/attendance/check-in/{token_of(app, shift, now=now)}"


def the_presence():
    db.session.expire_all()
    return db.session.scalars(select(Presence)).one_or_none()


def switched(browser, shift, on, *, now=NOW):
    with at(now):
        address = f"/attendance/shifts/{shift.id}/poster"
        return browser.post(address, data={"on": on}, follow_redirects=True)


def drawn(page):
    """Read the QR code of a page."""
    return re.search(r'<svg[^>]* class="qr".*?</svg>', page.text)[0]


def poster_of(app, shift):
    made_at = db.session.scalars(select(PosterCode.made_at)).one()
    key = codes.key_of(app.config["SECRET_KEY"])
    return "/attendance/check-in/" + codes.write_token(
        codes.poster(shift.id, made_at=made_at), key=key
    )


def test_the_code_checks_in_who_is_signed_up(app, volunteer, shift, signup):
    early = START - 15 * MINUTE
    address = scan(app, shift, now=early)
    with at(early):
        assert "I am here" in volunteer.get(address).text
        assert the_presence() is None
        page = volunteer.post(address, follow_redirects=True).text
    assert "Checked in at 7:45" in page
    presence = the_presence()
    assert (presence.method, presence.signup_id) == ("qr", signup.id)
    with at(early + 20 * SECOND):
        volunteer.post(address)
    assert the_presence().checked_in_at == early


@pytest.mark.parametrize("now", [START - 16 * MINUTE, END])
def test_the_code_has_its_time(app, volunteer, shift, now):
    address = scan(app, shift, now=now)
    with at(now):
        page = volunteer.get(address).text
        assert "Check-in is open from 15 minutes before" in page
        assert "I am here" not in page
        again = volunteer.post(address, follow_redirects=True)
        assert "Check-in is open from 15" in again.text
    assert the_presence() is None


def test_a_photograph_comes_too_late(app, volunteer, shift):
    address = scan(app, shift, now=NOW)
    with at(NOW + 61 * SECOND):
        page = volunteer.get(address)
        assert page.status_code == 410
        assert "The code has changed. Please scan the one on the screen again." in page.text
        assert "I am here" not in page.text
        assert "The code has changed" in volunteer.post(address, follow_redirects=True).text
    assert the_presence() is None


def test_whoever_scanned_has_ten_minutes_to_press(app, volunteer, shift):
    address = scan(app, shift)
    with at(NOW + 59 * SECOND):
        assert "I am here" in volunteer.get(address).text
    with at(NOW + 59 * SECOND + 10 * MINUTE):
        assert volunteer.get(address).status_code == 200  # which does not begin it anew
        volunteer.post(address)
    assert the_presence().checked_in_at == NOW + 59 * SECOND + 10 * MINUTE


def test_after_ten_minutes_one_scans_again(app, volunteer, shift):
    address = scan(app, shift)
    with at(NOW):
        volunteer.get(address)
    for passed in (9 * MINUTE, 10 * MINUTE + SECOND):
        with at(NOW + passed):
            status = volunteer.get(address).status_code
        assert status == (200 if passed < 10 * MINUTE else 410)


def test_a_scan_counts_for_its_shift_alone(app, volunteer, world, shift):
    with transaction():
        other = make_shift(world.community, starts_at=START, ends_at=END)
    stale = scan(app, other, now=NOW - 5 * MINUTE)
    with at(NOW):
        assert volunteer.get(scan(app, shift)).status_code == 200
        assert volunteer.get(stale).status_code == 410


def test_who_is_here_sees_so_with_an_old_code_too(app, volunteer, shift):
    address = scan(app, shift)
    with at(NOW):
        volunteer.post(address)
    with at(NOW + 30 * MINUTE):
        page = volunteer.get(address)
    assert page.status_code == 200
    assert "Checked in at 8:05" in page.text


def test_the_code_is_no_use_without_a_place(app, as_person, english, shift, signup):
    browser = as_person(english.other_volunteer)
    with at(NOW):
        assert "You have no place on this shift" in browser.get(scan(app, shift)).text
        browser.post(scan(app, shift))
    assert the_presence() is None


def test_a_token_of_another_hand(app, volunteer, shift):
    key = codes.key_of(app.config["SECRET_KEY"])
    held = codes.write_token(codes.scan(shift.id, now=NOW), key=key)
    for token in ("MQ", "MQ.abc", "x" * 200, token_of(app, shift)[:-1], held):
        with at(NOW):
            assert volunteer.get(f"/attendance/check-in/{token}").status_code == 404
            assert volunteer.post(f"/attendance/check-in/{token}").status_code == 404


def test_by_the_sign_in_and_back(app, client, english, shift, signup):
    """The code on the screen is another one long before the text message has come."""
    address = scan(app, shift)
    with at(NOW):
        answer = client.get(address)
    assert f"/sign-in?next={address}" in answer.location
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if "hub_scanned" in line)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    with client.session_transaction() as session:
        session.clear()  # as the sign-in does
        session["_user_id"], session["_fresh"] = f"{english.volunteer.id}:0", True
        session["language"] = "en"
    with at(NOW + 3 * MINUTE):
        assert "I am here" in client.get(address).text
        client.post(address)
    assert the_presence().method == "qr"


def test_a_visitor_with_an_old_code_is_not_sent_to_the_sign_in(app, client, shift):
    with at(NOW + 5 * MINUTE):
        assert client.get(scan(app, shift)).status_code == 410


def test_the_screen_changes_its_code_by_itself(app, as_person, english, shift):
    browser, address = as_person(english.grid_worker), f"/attendance/shifts/{shift.id}/qr"
    with at(START + 10 * SECOND):
        page = browser.get(address)
        tag = {"If-None-Match": page.headers["ETag"]}
        assert browser.get(address, headers=tag).status_code == 304
    with at(START + 30 * SECOND):
        other = browser.get(address, headers=tag)
    without_script = page.text.partition("<noscript>")[2].partition("</noscript>")[0]
    assert without_script.strip() == '<meta http-equiv="refresh" content="15">'
    assert 'data-live="15000"' in page.text
    assert '<b class="num" data-countdown>20</b>' in page.text
    assert other.status_code == 200
    assert drawn(other) != drawn(page)


def test_the_poster_is_off_until_staff_switch_it_on(app, as_person, english, volunteer, shift):
    worker, coordinator = as_person(english.grid_worker), as_person(english.coordinator)
    page = worker.get(f"/attendance/shifts/{shift.id}/poster").text
    assert "The poster is off" in page
    assert "Switch the poster on" not in page
    assert "Switch the poster on" in coordinator.get(f"/attendance/shifts/{shift.id}/poster").text
    switched(coordinator, shift, 1)
    switched(coordinator, shift, 1)  # pressed twice: it is on
    assert "a4 poster" in worker.get(f"/attendance/shifts/{shift.id}/poster").text
    address = poster_of(app, shift)
    with at(NOW + 90 * MINUTE):
        assert "I am here" in volunteer.get(address).text
        volunteer.post(address)
    assert the_presence().method == "qr"
    switched(coordinator, shift, 0)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.verb.like("switched%")))
    assert [(one.verb, one.actor_id) for one in entries] == [
        ("switched_poster_on", english.coordinator.id),
        ("switched_poster_off", english.coordinator.id),
    ]


def test_a_poster_of_yesterday_and_one_that_was_taken_down(app, as_person, volunteer, world, shift):
    coordinator = as_person(world.coordinator)
    switched(coordinator, shift, 1)
    address = poster_of(app, shift)
    with at(START - timedelta(days=1)):
        assert "This poster does not count now" in volunteer.get(address).text
    switched(coordinator, shift, 0)
    with at(NOW):
        assert volunteer.get(address).status_code == 410
    switched(coordinator, shift, 1, now=NOW + MINUTE)
    with at(NOW + 2 * MINUTE):
        assert volunteer.get(address).status_code == 410, "older prints stay void"
        assert volunteer.get(poster_of(app, shift)).status_code == 200


@pytest.mark.parametrize(("state", "now"), [("published", END), ("cancelled", NOW)])
def test_no_poster_for_a_shift_that_is_no_more(as_person, world, shift, state, now):
    with transaction():
        shift.state, shift.reason = state, "下雨"
    switched(as_person(world.coordinator), shift, 1, now=now)
    assert db.session.scalars(select(PosterCode)).all() == []


def test_the_sheet_carries_the_poster_s_code_or_the_way_to_type_it_in(as_person, world, shift):
    worker, address = as_person(world.grid_worker), f"/attendance/shifts/{shift.id}/sheet"
    way_to_type = worker.get(address)
    switched(as_person(world.coordinator), shift, 1)
    way_in = worker.get(address)
    assert drawn(way_in) != drawn(way_to_type)
    assert drawn(way_in) == drawn(worker.get(f"/attendance/shifts/{shift.id}/poster"))


def test_a_night_s_poster_counts_past_midnight(app, as_person, world, volunteer):
    late = START + timedelta(hours=14)  # 22:00
    with transaction():
        night = make_shift(world.community, starts_at=late, ends_at=late + timedelta(hours=8))
        make_signup(night, world.volunteer)
    switched(as_person(world.coordinator), night, 1)
    with at(late + timedelta(hours=3)):
        assert "I am here" in volunteer.get(poster_of(app, night)).text
