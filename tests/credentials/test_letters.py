"""Who is told that a paper runs out, when, and in which words."""

from datetime import timedelta

import pytest

from tests.credentials.conftest import DAY, NOW, TODAY
from tests.factories.credentials import make_consent, make_credential, make_training
from tests.people.outbox import letters
from volunteer_hub.credentials import actions
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions.accounts import leave
from volunteer_hub.people.models import Preference

KIND = "credential-expiring"


def tell(days=0):
    with transaction():
        return actions.tell_expiring(now=NOW + timedelta(days=days))


def mails():
    return [one for one in letters(KIND) if one.channel == "email"]


def test_three_notices_and_no_more(world, neighbour):
    with transaction():
        made = make_credential(neighbour, by=world.coordinator, valid_until=TODAY + 40 * DAY)
    told = [day for day in range(60) if tell(day)]
    assert told == [10, 33, 40]
    keys = [f"{KIND}:{made.id}:{notice}:email" for notice in (30, 7, 0)]
    assert [one.key for one in mails()] == keys


def test_a_worker_that_slept_catches_up(world, neighbour):
    with transaction():
        make_credential(neighbour, by=world.coordinator, valid_until=TODAY + 40 * DAY)
    assert [day for day in (5, 20, 25, 42, 43) if tell(day)] == [20, 42]


@pytest.mark.parametrize(
    ("lasted", "told"), [(0, []), (1, [0]), (7, [0]), (8, [-7, 0]), (31, [-30, -7, 0])]
)
def test_what_began_after_a_notice_s_day_needs_none(world, neighbour, lasted, told):
    """A consent for the day of one market is no news a month before."""
    end = TODAY + 40 * DAY
    with transaction():
        days = {"valid_from": end - lasted * DAY, "valid_until": end}
        make_credential(neighbour, by=world.coordinator, **days)
    assert [day - 40 for day in range(50) if tell(day)] == told


@pytest.mark.parametrize("spoil", ["revoked", "renewed", "left", "for good"])
def test_nobody_is_told_of_what_matters_no_more(world, neighbour, spoil):
    by, end = world.coordinator, TODAY + 7 * DAY
    with transaction():
        made = make_training(neighbour, by=by, valid_until=None if spoil == "for good" else end)
        if spoil == "renewed":
            make_training(neighbour, by=by, valid_from=end, valid_until=end + 365 * DAY)
    if spoil == "revoked":
        with transaction():
            facts = {"credential_id": made.id, "reason": "假证", "by": by.id}
            actions.revoke_credential(now=NOW, **facts)
    if spoil == "left":
        with transaction():
            leave(person=neighbour, now=NOW)
    assert tell() == 0
    assert letters(KIND) == []


def test_what_the_letter_says(world, neighbour):
    with transaction():
        make_training(neighbour, by=world.coordinator, number="A<1", valid_until=TODAY + 30 * DAY)
    tell()
    letter = mails()[0]
    assert letter.subject == "Valid until 4 Jan 2027: First aid"
    for part in ("陈晓梅", "First aid", "Last day: 4 Jan 2027", "bring the new paper"):
        assert part in letter.body_text
        assert part in letter.body_html
    assert "/me/credentials" in letter.body_text
    assert "/me/credentials" in letter.body_html
    assert "A&lt;1" in letter.body_html
    assert (letter.recipient_id, letter.place_path) == (neighbour.id, world.community.path)
    assert letter.due_at == NOW
    assert letter.expires_at == NOW + 3 * DAY


def test_a_subject_is_plain_text(world, neighbour):
    electrician = {"kind": "qualification", "code": "electrician", "valid_until": TODAY}
    with transaction():
        make_credential(neighbour, by=world.coordinator, **electrician)
    tell()
    letter = mails()[0]
    assert letter.subject == "Valid until 5 Dec 2026: Electrician's licence"
    assert "Electrician's licence" in letter.body_text
    assert "Electrician&#39;s licence" in letter.body_html


def test_in_chinese_with_one_english_line(world, neighbour):
    with transaction():
        neighbour.language = "zh"
        make_credential(neighbour, by=world.coordinator, valid_until=TODAY)
    tell()
    mail, sms = letters(KIND)
    assert mail.subject == "意外保险有效期至2026年12月5日"
    assert "Valid until 5 Dec 2026: Accident insurance" in mail.body_text
    assert sms.body_text.endswith("陈晓梅的意外保险有效期至2026年12月5日，请更新后带到社区登记。")
    assert len(sms.body_text) <= 70


def test_a_child_is_told_through_the_one_it_is_reached_through(world, mother, boy):
    with transaction():
        make_consent(boy, mother, by=world.coordinator, valid_until=TODAY + 7 * DAY)
    tell()
    mail, sms = letters(KIND)
    assert (mail.address, sms.address) == (mother.email, mother.phone)
    assert mail.recipient_id == boy.id
    assert "Hello 林小宝" in mail.body_text
    assert "have the guardian sign again" in mail.body_text
    for text in (mail.body_text, mail.body_html):
        assert "/me/credentials" not in text, "it would show the mother's own papers"
    assert "林小宝的监护人同意书有效期至2026年12月12日，请监护人到社区重新签字。" in sms.body_text
    assert len(sms.body_text) <= 70


def test_what_people_do_not_want(world, neighbour):
    with transaction():
        db.session.add(Preference(person_id=neighbour.id, kind=KIND, channel="sms", wanted=False))
        made = make_credential(neighbour, by=world.coordinator, valid_until=TODAY)
    assert tell() == 1
    assert [one.channel for one in letters(KIND)] == ["email"]
    assert made.told_days == 0


def test_a_revoked_paper_s_letter_is_called_back(world, neighbour):
    with transaction():
        made = make_credential(neighbour, by=world.coordinator, valid_until=TODAY)
    tell()
    with transaction():
        facts = {"credential_id": made.id, "reason": "假证", "by": world.coordinator.id}
        actions.revoke_credential(now=NOW, **facts)
    assert {one.state for one in letters(KIND)} == {"cancelled"}


def test_a_batch_asks_once_for_all_its_readers(world, mother, boy, neighbour, queries):
    with transaction():
        for person in (boy, neighbour, mother, world.other_volunteer):
            for number in range(4):
                facts = {"valid_until": TODAY, "number": str(number)}
                make_credential(person, by=world.coordinator, **facts)
    queries.clear()
    with transaction():
        assert actions.tell_expiring(now=NOW, limit=10) == 10
    asked = [one for one in queries if one.lstrip().lower().startswith("select")]
    looks = [one for one in asked if "clock_timestamp" not in one]
    assert len(looks) == 3, "the papers, the go-betweens, what they do not want"
    assert tell() == 6
    assert tell() == 0
