"""What the contact of a group reads, on both channels and in both languages."""

import pytest

from tests.factories.groups import make_reservation
from tests.groups.conftest import NOW, START
from tests.people.outbox import letters
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.groups import letters as post
from volunteer_hub.groups.queries.reservations import get_reservation
from volunteer_hub.messages.rules.kinds import KIND_WORDS
from volunteer_hub.shifts.models import Shift


@pytest.fixture
def kept(shift, world):
    with transaction():
        held = db.session.get_one(Shift, shift.id)
        return get_reservation(make_reservation(held, world.partner_contact).id)


def channels(kind):
    return {one.channel: one for one in letters(kind)}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_link_goes_to_the_contact(kept, world, language):
    world.partner_contact.language = language
    with transaction():
        post.kept(kept, token="secret-link", now=NOW)
        post.kept(kept, token="secret-link", now=NOW)  # posting again changes nothing
    found = channels("places-kept")
    assert set(found) == {"email", "sms"}
    mail, sms = found["email"], found["sms"]
    name = {
        "zh": "为兰州银行志愿队预留了2个名额",
        "en": "2 places are kept for Bank of Lanzhou team",
    }
    for text in (mail.body_text, mail.body_html, sms.body_text):
        assert "/groups/reservations/secret-link" in text
    assert name[language] in mail.body_text
    assert "为兰州银行志愿队留了2个名额" in sms.body_text
    assert (mail.recipient_id, mail.expires_at) == (world.partner_contact.id, kept.until)
    assert ("Places for Bank of Lanzhou team" in mail.body_text) is (language == "zh")


@pytest.mark.parametrize("off", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_contact_hears_once_what_was_left(kept, world, shift, off, language):
    world.partner_contact.language = language
    with transaction():
        kept.taken = 1
        if off:
            kept.shift.state, kept.shift.reason = "cancelled", "大风"
        post.kept(kept, token="secret-link", now=NOW)
        for _ in range(2):
            post.released(kept, now=kept.until)
    assert {one.state for one in letters("places-kept")} == {"superseded"}
    found = channels("places-released")
    assert set(found) == {"email", "sms"}
    said = {
        ("zh", False): "2个名额中已报1个。其余的向大家开放",
        ("en", False): "1 of 2 were taken. The others are open to everybody",
        ("zh", True): "班次已取消",
        ("en", True): "The shift will not take place",
    }
    for text in (found["email"].body_text, found["email"].body_html):
        assert said[language, off] in text
    assert ("取消了" in found["sms"].body_text) is off


def test_nothing_is_told_of_nothing(kept):
    with transaction():
        kept.taken = 2
        post.released(kept, now=kept.until)
    assert letters("places-released") == []


def test_nothing_is_told_after_the_shift(kept):
    with transaction():
        post.released(kept, now=START + (kept.shift.ends_at - START))
    assert letters("places-released") == []


def test_the_post_office_has_a_word_for_each():
    assert {"places-kept", "places-released"} <= set(KIND_WORDS)
