"""Both languages whole: who is spoken to in which, and how days and hours read in it."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from flask import g, session

from volunteer_hub.foundation import language
from volunteer_hub.foundation.language import (
    choose_language,
    gettext,
    local_day,
    localized,
    say,
    say_errors,
    speaking,
    write_clock,
    write_day,
    write_month,
    write_span,
    write_weekday,
)
from volunteer_hub.foundation.refusal import BrokenInput, NotFound, Refusal

DAY = date(2026, 12, 5)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("zh-CN", "zh"),
        ("zh", "zh"),
        ("zh-Hans-CN", "zh"),
        ("zh-TW", "zh"),
        ("zh-HK,zh;q=0.9,en;q=0.8", "zh"),
        ("en", "en"),
        ("en-GB", "en"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("zh-CN;q=0.8,en-GB;q=0.9", "en"),
        ("zh-TW;q=0.9,en-GB;q=0.8", "zh"),
        ("EN-gb", "en"),
        ("enm, zh", "zh"),
        ("de,en;q=0.7", "en"),
        ("de", "zh"),
        ("ja-JP", "zh"),
        ("*", "zh"),
        ("", "zh"),
        ("en;q=0", "zh"),
        (";;;=,", "zh"),
    ],
)
def test_the_browser_s_wish(house, header, expected):
    with house.test_request_context(headers={"Accept-Language": header}):
        assert choose_language() == expected


@pytest.mark.parametrize(
    ("person", "chosen", "header", "expected"),
    [
        (None, None, "en", "en"),
        (None, "zh", "en", "zh"),
        (None, "en", "zh-CN", "en"),
        ("zh", "en", "en", "zh"),
        ("en", "zh", "zh-CN", "en"),
        (None, "fr", "en", "en"),  # not one of ours
        (None, "", "de", "zh"),
    ],
)
def test_the_person_s_choice_goes_before_the_session_s_before_the_browser_s(
    house, person, chosen, header, expected
):
    with house.test_request_context(headers={"Accept-Language": header}):
        g.language = person
        session["language"] = chosen
        assert choose_language() == expected
        assert language.language() == expected


def test_without_a_request_chinese_is_spoken(house):
    with house.app_context():
        assert choose_language() == "zh"
        assert language.language() == "zh"


@pytest.mark.parametrize(
    ("lang", "spoken", "said"),
    [
        ("en", "en", "Please sign in first."),
        ("zh", "zh", "请先登录。"),
        ("fr", "zh", "请先登录。"),
    ],
)
def test_letters_follow_their_reader(house, lang, spoken, said):
    with house.test_request_context(headers={"Accept-Language": "en"}):
        with speaking(lang):
            assert language.language() == spoken
            assert gettext("Please sign in first.") == said
        assert language.language() == "en"


@pytest.fixture(params=["zh", "en"])
def lang(request, house):
    with house.app_context(), speaking(request.param):
        yield request.param


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("write", "zh", "en"),
    [
        (lambda: write_day(DAY), "12月5日", "5 Dec"),
        (lambda: write_day(DAY, year=True), "2026年12月5日", "5 Dec 2026"),
        (lambda: write_day(date(2028, 2, 29), year=True), "2028年2月29日", "29 Feb 2028"),
        (lambda: write_weekday(DAY), "周六", "Sat"),
        (lambda: write_weekday(date(2026, 12, 6)), "周日", "Sun"),
        (lambda: write_weekday(date(2026, 12, 7)), "周一", "Mon"),
        (lambda: write_month(DAY), "2026年12月", "Dec 2026"),
        (lambda: write_month(date(2026, 1, 1)), "2026年1月", "Jan 2026"),
        (lambda: write_clock(utc("2026-12-05T00:00")), "8:00", "8:00"),
        (lambda: write_clock(utc("2026-12-04T16:05")), "0:05", "0:05"),
        (lambda: write_clock(utc("2026-12-05T06:30")), "14:30", "14:30"),
    ],
)
def test_days_and_hours(lang, write, zh, en):
    assert write() == {"zh": zh, "en": en}[lang]


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "zh", "en"),
    [
        ("2026-12-05T00:00", "2026-12-05T04:30", "8:00–12:30", "8:00–12:30"),
        ("2026-12-04T16:00", "2026-12-05T15:59", "0:00–23:59", "0:00–23:59"),
        ("2026-12-05T14:00", "2026-12-05T17:00", "22:00–12月6日 1:00", "22:00–6 Dec 1:00"),
        ("2026-12-05T14:00", "2026-12-05T16:00", "22:00–12月6日 0:00", "22:00–6 Dec 0:00"),
        ("2026-12-31T15:00", "2026-12-31T17:00", "23:00–1月1日 1:00", "23:00–1 Jan 1:00"),
    ],
)
def test_spans_say_so_when_they_go_past_midnight(lang, starts_at, ends_at, zh, en):
    assert write_span(utc(starts_at), utc(ends_at)) == {"zh": zh, "en": en}[lang]


def test_the_local_day_is_the_place_s(lang):
    assert local_day(utc("2026-12-04T16:30")) == DAY


@pytest.mark.parametrize(
    ("title_en", "zh", "en"),
    [
        ("Market", "集市", "Market"),
        ("", "集市", "集市"),
        (None, "集市", "集市"),
    ],
)
def test_names_are_shown_in_chinese_where_there_is_no_english(lang, title_en, zh, en):
    thing = SimpleNamespace(title_zh="集市", title_en=title_en)
    assert localized(thing, "title") == {"zh": zh, "en": en}[lang]
    assert localized(SimpleNamespace(title_zh="集市"), "title") == "集市"


class PlacesAreTaken(Refusal):
    said = "%(capacity)s places, %(taken)s taken"


def test_refusals_are_said_with_their_facts(lang):
    said = say(PlacesAreTaken(capacity=5, taken=3))
    expected = {"zh": "共 5 个名额，已报 3 人", "en": "5 places, 3 taken"}
    assert said == expected[lang]
    assert say(NotFound()).isascii() == (lang == "en")


def test_each_broken_field_is_said(lang):
    broken = BrokenInput([("name", "Please fill this in."), ("phone", "Please sign in first.")])
    first, second = say_errors(broken)
    assert (first["field"], second["field"]) == ("name", "phone")
    assert first["message"] == {"zh": "请填写这一项。", "en": "Please fill this in."}[lang]


def test_a_page_is_one_language_from_head_to_foot(house):
    for wish, tag, other in (("en", 'lang="en"', "跳到正文"), ("zh-CN", 'lang="zh-CN"', "Skip to")):
        page = house.test_client().get("/tried/nowhere", headers={"Accept-Language": wish}).text
        assert f"<html {tag}" in page
        assert other not in page


@pytest.mark.parametrize(("lang", "between", "after"), [("zh", "，", "。"), ("en", ", ", ". ")])
def test_what_stands_between_facts_and_sentences(house, lang, between, after):
    with house.test_request_context(), speaking(lang):
        assert (language.comma(), language.full_stop()) == (between, after)
