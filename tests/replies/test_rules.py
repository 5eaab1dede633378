"""What a text means, what it speaks of, what a link may still do: truth tables."""

from datetime import UTC, datetime, timedelta

import pytest

from volunteer_hub.foundation.clock import Span
from volunteer_hub.replies.rules import links, texts
from volunteer_hub.replies.rules.texts import AGAIN, NO, STOP, YES, Asked, Last, Reading
from volunteer_hub.shifts.rules import ShiftIsCancelled, ShiftIsOver
from volunteer_hub.signups.rules.answers import NoPlaceHere
from volunteer_hub.signups.rules.line import NothingIsOffered, OfferHasLapsed, SignupIsOver

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        *((text, YES) for text in (
            "1", "１", "一", "来", "能来", "是", "1.", "1。", " 1 ", "１．", "①", "1\n",
            "“1”", "【1】", "1能来", "1 能来", "1，来", "回1", "回复1", "我来", "我能来", "会来",
            "要去", "能来！", "一。",
        )),
        *((text, NO) for text in (
            "2", "２", "二", "来不了", "不来", "取消", "2.", "②", "2来不了", "2、来不了",
            "回2", "不能来", "我来不了", "去不了", "不要", "取消！",
        )),
        *((text, STOP) for text in (
            "R", "r", "Ｒ", "TD", "td", "Td", "T", "退订", "退订。", "STOP", "回R", "回复TD",
        )),
        *((text, AGAIN) for text in (
            "开通", " 开通。", "START", "start", "Ｓｔａｒｔ", "回开通", "回复START",
        )),
        *((text, None) for text in (
            "开通吗", "不开通", "restart",
            "", " ", ".", "12", "1 2", "1或2", "11", "3", "0", "1能来2来不了", "2能来", "1来不了",
            "来吗", "来?", "1?", "我们来两个人", "谢谢", "好", "ok", "不", "不是",
            "能来吗", "什么时候", "…1…", "1…", "10", "21", "-1", "+1", "1号", "改天来", "可能来",
            "RT", "TT", "退订1", "来来",
        )),
    ],
)  # fmt: skip
def test_what_a_text_means(text, meaning):
    assert texts.read(text) == meaning


def test_what_is_understood_is_written_down_once():
    assert set(texts.MEANINGS.values()) == {YES, NO, STOP, AGAIN}
    assert set(texts.MEANS) == {"come", "leave", "accept", "decline"}


def asked(signup_id, *, state="confirmed", starts=24, ago=60, coming=False, shift_id=None):
    """A sign-up that begins in so many hours and was asked about so many minutes ago."""
    return Asked(
        signup_id,
        shift_id or signup_id,
        state,
        NOW + starts * HOUR,
        NOW - ago * MINUTE,
        coming,
    )


A, B = asked(1), asked(2, starts=30)
OFFER = asked(3, state="offered", starts=90)
CHILD = asked(4, shift_id=1)


@pytest.mark.parametrize(
    ("meaning", "questions", "last", "expected"),
    [
        # The next shift is meant, and an open offer before it.
        (YES, [A, B], None, Reading("come", [A])),
        (NO, [B, A], None, Reading("leave", [A])),
        (YES, [A, OFFER], None, Reading("accept", [OFFER])),
        (NO, [A, OFFER], None, Reading("decline", [OFFER])),
        # Everybody on the phone who serves on that shift.
        (NO, [A, B, CHILD], None, Reading("leave", [A, CHILD])),
        (YES, [A, CHILD._replace(state="offered")], None,
            Reading("accept", [CHILD._replace(state="offered")])),
        # Nothing to answer.
        (YES, [], None, Reading()),
        (YES, [], Last("come", NOW - HOUR), Reading()),
        # What was asked since the last answer is meant first.
        (NO, [asked(1, coming=True, ago=600), asked(2, starts=30, ago=5)],
            Last("come", NOW - HOUR), Reading("leave", [asked(2, starts=30, ago=5)])),
        # Changed one's mind: the same shift again.
        (NO, [asked(1, coming=True), B], Last("come", NOW - MINUTE),
            Reading("leave", [asked(1, coming=True)])),
        # The same twice within ten minutes is one answer; what is open is asked by name.
        (NO, [B], Last("leave", NOW - MINUTE), Reading(said_before=True, still_open=[B])),
        (NO, [B], Last("leave", NOW - 11 * MINUTE), Reading("leave", [B])),
        (NO, [], Last("leave", NOW - MINUTE), Reading(said_before=True)),
        (YES, [asked(1, coming=True)], Last("come", NOW - MINUTE), Reading(said_before=True)),
        (NO, [asked(2, ago=0)], Last("leave", NOW - MINUTE), Reading("leave", [asked(2, ago=0)])),
        (NO, [B], Last("decline", NOW - MINUTE), Reading(said_before=True, still_open=[B])),
        (YES, [B], Last("accept", NOW - MINUTE), Reading(said_before=True, still_open=[B])),
        # Who comes to the next one says yes again: perhaps to the other.
        (YES, [asked(1, coming=True), B], Last("come", NOW - 30 * MINUTE),
            Reading(said_before=True, still_open=[B])),
        (YES, [asked(1, coming=True)], Last("come", NOW - 30 * MINUTE),
            Reading("come", [asked(1, coming=True)])),
    ],
)  # fmt: skip
def test_what_an_answer_speaks_of(meaning, questions, last, expected):
    found = texts.concerned(meaning, questions, last, now=NOW)
    assert (found.verb, list(found.answered)) == (expected.verb, list(expected.answered))
    assert (found.said_before, list(found.still_open)) == (
        expected.said_before,
        list(expected.still_open),
    )


@pytest.mark.parametrize(
    ("verb", "state", "coming", "so"),
    [
        ("come", "confirmed", True, True),
        ("come", "confirmed", False, False),
        ("come", "waitlisted", True, False),
        ("leave", "cancelled_by_volunteer", False, True),
        ("leave", "cancelled_by_org", False, False),
        ("leave", "confirmed", True, False),
        ("decline", "cancelled_by_volunteer", False, True),
        ("decline", "lapsed", False, False),
        ("decline", "confirmed", False, False),
        ("accept", "confirmed", False, True),
        ("accept", "offered", False, False),
        ("accept", "waitlisted", False, False),
    ],
)
def test_what_is_so_already(verb, state, coming, so):
    assert links.is_so(verb, state=state, says_coming=coming) == so


FINE = None


@pytest.mark.parametrize(
    ("verb", "state", "left", "refusal"),
    [
        ("come", "confirmed", 0, FINE),
        ("come", "waitlisted", 0, NoPlaceHere),
        ("come", "offered", 1, NoPlaceHere),
        ("come", "cancelled_by_volunteer", 0, SignupIsOver),
        ("come", "replaced", 0, SignupIsOver),
        ("leave", "confirmed", 0, FINE),
        ("leave", "waitlisted", 0, FINE),
        ("leave", "offered", 1, FINE),
        ("leave", "cancelled_by_org", 0, SignupIsOver),
        ("accept", "offered", 1, FINE),
        ("accept", "offered", 0, OfferHasLapsed),
        ("accept", "lapsed", 0, OfferHasLapsed),
        ("accept", "waitlisted", 0, NothingIsOffered),
        ("accept", "cancelled_by_volunteer", 0, SignupIsOver),
        ("decline", "offered", 1, FINE),
        ("decline", "offered", 0, OfferHasLapsed),
        ("decline", "confirmed", 0, NothingIsOffered),  # a link declines offers and nothing else
        ("decline", "waitlisted", 0, NothingIsOffered),
    ],
)
def test_what_a_link_may_still_do(verb, state, left, refusal):
    until = NOW + left * MINUTE if state == "offered" else None
    if refusal is FINE:
        links.ensure_may(verb, state=state, offer_until=until, now=NOW)
    else:
        with pytest.raises(refusal):
            links.ensure_may(verb, state=state, offer_until=until, now=NOW)


@pytest.mark.parametrize(
    ("state", "starts", "refusal"),
    [
        ("published", 1, FINE),
        ("published", 0, ShiftIsOver),
        ("published", -1, ShiftIsOver),
        ("cancelled", 1, ShiftIsCancelled),
        ("cancelled", -1, ShiftIsCancelled),
    ],
)
def test_a_link_is_useless_once_the_shift_began(state, starts, refusal):
    span = Span(NOW + starts * MINUTE, NOW + HOUR)
    if refusal is FINE:
        links.ensure_goes_on(shift_state=state, span=span, now=NOW)
    else:
        with pytest.raises(refusal):
            links.ensure_goes_on(shift_state=state, span=span, now=NOW)


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("陈晓梅", "晓梅"),
        ("王强", "王强"),
        ("欧阳小明", "小明"),
        ("Chen Xiaomei", "Chen"),
        ("阿依·古丽", "阿依"),
        ("Mei", "Mei"),
        ("李", "李"),
    ],
)
def test_a_page_calls_people_by_their_first_name(name, called):
    assert links.first_name(name) == called
