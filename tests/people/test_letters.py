"""What the letters of this room say, in both languages, and to whom."""

import pytest

from tests.people.outbox import letters, newest_link
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.messages.rules.states import LANE_CODES
from volunteer_hub.people.actions import accounts, sign_in
from volunteer_hub.people.rules.addresses import Address

PHONE = Address("sms", "+8613800138000")
MAIL = Address("email", "mei@example.com")


def send(to, language="zh"):
    with transaction():
        sign_in.send_code(to=to, language=language, key="k", now=utc_now())
    return letters()[-1]


def test_a_code_by_text_message(app):
    letter = send(PHONE)
    code = next(word for word in letter.body_text.split() if word[:6].isdecimal())[:6]
    said = f"您的验证码是 {code}，10 分钟内有效。请勿告诉他人。"
    assert letter.body_text == f"【邻里志愿】{said}"
    assert len(letter.body_text) <= 70
    assert (letter.channel, letter.address, letter.lane) == ("sms", PHONE.value, LANE_CODES)
    assert letter.recipient_id is None


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        ("zh", "您的登录验证码", "10 分钟内有效"),
        ("en", "Your sign-in code", "valid for 10 minutes"),
    ],
)
def test_a_code_by_mail(app, language, subject, said):
    letter = send(MAIL, language)
    assert letter.subject == subject
    assert said in letter.body_text
    assert said in letter.body_html
    assert (letter.expires_at - letter.due_at).total_seconds() == 600


def test_english_readers_get_a_chinese_text_message(app):
    """Text messages are registered with the carriers in Chinese only."""
    assert "您的验证码是" in send(PHONE, "en").body_text


@pytest.mark.parametrize(("language", "said"), [("zh", "24 小时内有效"), ("en", "within 24 hours")])
def test_a_link_by_mail(world, language, said):
    with transaction():
        world.volunteer.language = language
        sign_in.send_sign_in_link(person=world.volunteer, now=utc_now())
    (letter,) = letters()
    assert said in letter.body_text
    token = newest_link()
    assert f"/sign-in/link/{token}" in letter.body_html
    assert token not in letter.subject
    assert letter.secret


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "不再能登录您的账号"), ("en", "no longer signs in")]
)
def test_a_changed_address_by_mail(world, language, said):
    with transaction():
        world.volunteer.language = language
        accounts.change_address(person=world.volunteer, address=MAIL, now=utc_now())
    (letter,) = letters()
    assert said in letter.body_text
    assert said in letter.body_html
    assert "0931-000 0000" in letter.body_html


def test_codes_come_even_to_those_who_want_no_letters(world):
    with transaction():
        world.volunteer.remind_by = []
    assert send(Address("email", world.volunteer.email)).channel == "email"
