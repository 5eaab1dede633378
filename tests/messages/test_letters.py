"""Letters are rendered when they are posted, in their reader's language."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.messages.letter import MEI, post_trial, the_letter
from volunteer_hub.messages import letters
from volunteer_hub.messages.rules.readers import Reader

START = datetime(2026, 12, 5, 0, 0, tzinfo=UTC)  # Saturday 8:00 in Shanghai
FACTS = {"title": "共享<集市>", "starts_at": START, "ends_at": START + timedelta(hours=4.5)}
BOTH = frozenset({"email", "sms"})


def test_a_letter_speaks_its_readers_language(app: Flask) -> None:
    chinese = letters.compose("trial/hello", to=MEI, channels=BOTH, facts=FACTS)[0]
    english = letters.compose(
        "trial/hello", to=MEI._replace(language="en"), channels=BOTH, facts=FACTS
    )[0]
    assert chinese.subject == "请先登录。 12月5日"
    assert english.subject == "Please sign in first. 5 Dec"
    assert 'lang="zh-CN"' in (chinese.body_html or "")
    assert 'lang="en"' in (english.body_html or "")


def test_a_chinese_letter_ends_with_one_english_line(app: Flask) -> None:
    chinese = letters.compose("trial/hello", to=MEI, channels=BOTH, facts=FACTS)[0]
    english = letters.compose(
        "trial/hello", to=MEI._replace(language="en"), channels=BOTH, facts=FACTS
    )[0]
    assert "Please sign in first. 5 Dec" in (chinese.body_html or "")
    assert (english.body_html or "").count("Please sign in first.") == 1  # the title alone


def test_the_frame_shows_plate_button_and_notice_and_escapes(app: Flask) -> None:
    html = letters.compose("trial/hello", to=MEI, channels=BOTH, facts=FACTS)[0].body_html or ""
    assert "12月" in html
    assert "周六" in html
    assert "共享&lt;集市&gt;" in html
    assert html.count("查看班次和签到码") == 1
    assert "<script" not in html
    assert 'src="cid:mark"' in html


def test_links_are_absolute_without_any_request(app: Flask) -> None:
    text = letters.compose("trial/hello", to=MEI, channels=BOTH, facts=FACTS)[0].body_text
    assert "http://127.0.0.1:8000/messages?page=2" in text


def test_a_text_message_is_signed_and_chinese(app: Flask) -> None:
    reader = MEI._replace(language="en")
    text = letters.compose("trial/hello", to=reader, channels=BOTH, facts=FACTS)[1].body_text
    assert text == "【邻里志愿】您报名的共享<集市>12月5日8:00开始。"


@pytest.mark.parametrize(
    ("reader", "wanted", "expected"),
    [
        (MEI, BOTH, ["email", "sms"]),
        (MEI._replace(phone=None), BOTH, ["email"]),
        (MEI._replace(email=None), BOTH, ["sms"]),
        (MEI._replace(email=None, phone=None), BOTH, []),
        (MEI, frozenset({"sms"}), ["sms"]),
        (MEI, frozenset(), []),
    ],
)
def test_channels(app: Flask, reader: Reader, wanted: frozenset[str], expected: list[str]) -> None:
    found = letters.compose("trial/hello", to=reader, channels=wanted, facts=FACTS)
    assert [letter.channel for letter in found] == expected


def test_a_letter_that_nobody_wrote_is_a_mistake_of_ours(app: Flask) -> None:
    with pytest.raises(LookupError):
        letters.compose("trial/nothing", to=MEI, channels=BOTH, facts=FACTS)


def test_later_changes_do_not_reach_a_sealed_letter(app: Flask) -> None:
    post_trial(due_in=timedelta(days=7))
    sealed = the_letter()
    assert "陈晓梅" in sealed.body_text
    assert sealed.dated_at == sealed.due_at  # not of today, or it is buried in the mailbox
    assert sealed.message_id.endswith("@volunteer-hub.example>")
