"""The page of letters: two taps, no script; and the same for programs."""

import re

import pytest

from tests.replies.phones import write
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.nights import find_zone
from volunteer_hub.preferences import queries
from volunteer_hub.preferences.rules import Choice, Night

SHOWN = re.compile(r'name="shown" value="([^"]+)"')
PAGE = "/me/letters"
FIELDS, USUAL = ("begins", "ends", "shown_night"), "- 21:00-08:00"


@pytest.fixture
def mei(world, as_person):
    return as_person(world.volunteer)


def save(client, *, untick=(), tick=()):
    """Press the button of the page as it is shown now."""
    shown = SHOWN.findall(client.get(PAGE).text)
    on = [*(name for name in shown if name not in untick), *tick]
    answer = client.post(PAGE, data={"shown": shown, "on": on})
    assert (answer.status_code, answer.location) == (303, PAGE)


def test_two_taps_stop_a_group_and_bring_it_back(world, mei):
    both = {Choice(f"shift-reminder-{ahead}", "sms") for ahead in ("24h", "2h")}
    save(mei, untick=["reminders.sms"])
    assert queries.stopped_by(world.volunteer.id) == both
    save(mei, tick=["reminders.sms"])
    assert queries.stopped_by(world.volunteer.id) == frozenset()


def test_one_kind_alone_and_the_group_says_some(world, mei):
    save(mei, untick=["shift-reminder-2h.sms"])
    assert queries.stopped_by(world.volunteer.id) == {Choice("shift-reminder-2h", "sms")}
    page = mei.get(PAGE).text
    assert page.count("some of them") == 1
    assert "reminders.sms" not in SHOWN.findall(page)
    (entry,) = db.session.query(AuditEntry).filter_by(verb="chose-letters")
    assert entry.facts == {"choices": ["shift-reminder-2h.sms=0"]}
    save(mei)
    assert db.session.query(AuditEntry).filter_by(verb="chose-letters").count() == 1


def test_an_old_page_undoes_nothing(world, mei):
    shown = SHOWN.findall(mei.get(PAGE).text)
    assert write(world.volunteer.phone, "R") == "opted-out"
    on = [name for name in shown if name != "watch-news.email"]
    mei.post(PAGE, data={"shown": shown, "on": on})
    assert queries.stopped_by(world.volunteer.id) == {
        Choice("*", "sms"),
        Choice("watch-news", "email"),
    }


def test_what_always_comes_is_shown_and_cannot_be_changed(world, mei):
    page = mei.get(PAGE).text
    assert "before a closed door" in page
    assert page.count(" disabled") >= 12
    save(mei, tick=["shift-cancelled.sms"])
    mei.post(PAGE, data={"shown": ["shift-cancelled.sms"], "on": []})
    assert queries.stopped_by(world.volunteer.id) == frozenset()


def test_stopped_texts_are_said_at_the_top_and_switched_on(world, mei):
    assert "All text messages are stopped" not in mei.get(PAGE).text
    assert write(world.volunteer.phone, "退订") == "opted-out"
    assert "All text messages are stopped" in mei.get(PAGE).text
    for _ in range(2):
        assert mei.post(f"{PAGE}/sms/on").status_code == 303
    assert "All text messages are stopped" not in mei.get(PAGE).text
    assert db.session.query(AuditEntry).filter_by(verb="chose-letters").count() == 1
    assert mei.post(f"{PAGE}/pigeon/on").status_code == 404


def test_what_the_profile_unticked_is_switched_on_too(world, mei):
    with transaction():
        world.volunteer.remind_by = ["sms"]
    assert "All e-mails are stopped" in mei.get(PAGE).text
    mei.post(f"{PAGE}/email/on")
    db.session.refresh(world.volunteer)
    assert sorted(world.volunteer.remind_by) == ["email", "sms"]


def test_an_address_that_is_missing_is_said_with_a_way_to_give_it(world, mei):
    with transaction():
        world.volunteer.email = None
    page = mei.get(PAGE).text
    assert "You have given no e-mail address" in page
    assert "/me/address?by=email" in page
    assert ".email" not in page


@pytest.mark.parametrize("role", [policy.VISITOR, *policy.ROLES])
def test_everybody_with_an_account_chooses_their_own(world, as_person, role):
    person = world.roles()[role]
    client = as_person(person)
    answer = client.get(PAGE)
    assert answer.status_code == (200 if person else 302)
    assert client.post(PAGE).status_code == (303 if person else 302)
    assert client.post(f"{PAGE}/sms/on").status_code == (303 if person else 302)
    if person:
        assert ("For staff" in answer.text.split("</main>")[0]) is (role in policy.STAFF)


NIGHT = {"begins": "22:00", "ends": "07:30", "zone": "Europe/Berlin"}


def fields_of(page):
    """Read the fields of the night as the page shows them."""
    chosen = re.search(r'<option selected value="([^"]+)"', page)
    values = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) for name in FIELDS}
    assert chosen
    return {"zone": chosen[1], **{name: found[1] for name, found in values.items() if found}}


def test_a_night_of_one_s_own_is_kept_with_the_same_button(world, mei):
    fields = fields_of(mei.get(PAGE).text)
    assert fields == {"zone": "here", "begins": "21:00", "ends": "08:00", "shown_night": USUAL}
    assert mei.post(PAGE, data=fields | NIGHT).status_code == 303
    kept = fields_of(mei.get(PAGE).text)
    assert kept == NIGHT | {"shown_night": "Europe/Berlin 22:00-07:30"}
    (entry,) = db.session.query(AuditEntry).filter_by(verb="chose-letters")
    assert entry.facts == {"choices": ["night=Europe/Berlin 22:00-07:30"]}
    assert mei.post(PAGE, data=fields).status_code == 303  # an old page undoes nothing
    assert fields_of(mei.get(PAGE).text) == kept


@pytest.mark.parametrize(
    "fields",
    [
        {"ends": "22:30"},
        {"begins": "late"},
        {"begins": ""},
        {"zone": "Europe/Atlantis"},
        {"zone": ""},
    ],
)
def test_what_is_no_night_is_said_and_what_was_ticked_stays_so(world, mei, fields):
    page = mei.get(PAGE).text
    shown = SHOWN.findall(page)
    on = [name for name in shown if name != "watch-news.email"]
    data = fields_of(page) | NIGHT | fields | {"shown": shown, "on": on}
    answer = mei.post(PAGE, data=data)
    assert answer.status_code == 422
    assert "alert-err" in answer.text
    assert 'value="watch-news.email">' in answer.text  # not ticked, as it was sent
    assert SHOWN.findall(answer.text) == shown
    assert queries.night_of(world.volunteer.id) == Night()
    assert queries.stopped_by(world.volunteer.id) == frozenset()


@pytest.mark.parametrize(("language", "words"), [("zh", "乌鲁木齐"), ("en", "China (Urumqi) Time")])
def test_zones_are_named_in_the_reader_s_language(world, as_person, language, words):
    page = as_person(world.volunteer, language=language).get(PAGE).text
    assert words in page
    options = re.findall(r'<option (?:selected )?value="([^"]+)"', page)
    assert len(options) == len(set(options)) > 300
    assert {"Asia/Shanghai", "Europe/Berlin", "America/New_York"} <= set(options[:12])
    assert not [name for name in options if name != "here" and find_zone(name) is None]


def test_who_gets_no_texts_is_asked_for_no_night(world, mei):
    with transaction():
        world.volunteer.phone = None
    assert 'name="begins"' not in mei.get(PAGE).text
    save(mei, untick=["watch-news.email"])
    assert queries.stopped_by(world.volunteer.id) == {Choice("watch-news", "email")}


def test_the_page_asks_little_of_the_database(world, mei, queries):
    mei.get(PAGE)
    assert len(queries) <= 5


def test_the_page_is_linked(world, mei):
    assert PAGE in mei.get("/me/profile").text


def test_programs_read_and_choose(world, speaks):
    ask = speaks(world.volunteer)
    choice = {"kind": "mailing", "channel": "sms", "wanted": False}
    for _ in range(2):
        answer = ask("PUT", "/me/preferences", json={"choices": [choice]})
        assert answer.status_code == 200
    body = ask("GET", "/me/preferences").json
    rows = {(one["kind"], one["channel"]): one for one in body["choices"]}
    assert body["stopped_channels"] == []
    row = rows["mailing", "sms"]
    assert (row["wanted"], row["leaves"], row["always"]) == (False, False, False)
    assert rows["mailing", "email"]["leaves"]
    assert rows["shift-cancelled", "sms"]["always"]
    every = {"kind": "*", "channel": "email", "wanted": False}
    body = ask("PUT", "/me/preferences", json={"choices": [every]}).json
    rows = {(one["kind"], one["channel"]): one for one in body["choices"]}
    assert body["stopped_channels"] == ["email"]
    assert (rows["mailing", "email"]["wanted"], rows["mailing", "email"]["leaves"]) == (True, False)
    assert rows["shift-cancelled", "email"]["leaves"]


@pytest.mark.parametrize(
    "choice",
    [
        {"kind": "shift-cancelled", "channel": "sms", "wanted": False},
        {"kind": "trial", "channel": "sms", "wanted": False},
        {"kind": "mailing", "channel": "pigeon", "wanted": False},
        {"kind": "mailing", "channel": "sms"},
    ],
)
def test_programs_are_told_what_is_no_choice(world, speaks, choice):
    answer = speaks(world.volunteer)("PUT", "/me/preferences", json={"choices": [choice]})
    assert answer.status_code == 422
    assert queries.stopped_by(world.volunteer.id) == frozenset()


def test_programs_read_and_choose_a_night(world, speaks):
    ask = speaks(world.volunteer)
    usual = {"zone": None, "begins": "21:00:00", "ends": "08:00:00"}
    assert ask("GET", "/me/preferences").json["night"] == usual
    answer = ask("PUT", "/me/preferences", json={"night": NIGHT})
    assert answer.status_code == 200
    kept = {"zone": "Europe/Berlin", "begins": "22:00:00", "ends": "07:30:00"}
    assert ask("GET", "/me/preferences").json["night"] == kept == answer.json["night"]
    for broken in ({"zone": "Europe/Atlantis"}, {"ends": "22:00"}, {"begins": "22:00+08:00"}):
        answer = ask("PUT", "/me/preferences", json={"night": NIGHT | broken})
        assert answer.status_code == 422
    assert ask("GET", "/me/preferences").json["night"] == kept


def test_a_reading_token_chooses_nothing(world, speaks):
    ask = speaks(world.volunteer, "read")
    body = {"choices": [{"kind": "mailing", "channel": "sms", "wanted": False}]}
    assert ask("GET", "/me/preferences").status_code == 200
    assert ask("PUT", "/me/preferences", json=body).status_code == 403
