"""The agenda, the week and the month: what each shows, and that every way on keeps the filters."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine

from tests.calendar.reading import shanghai
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.foundation.database import transaction

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = shanghai("2026-11-24T10:00")  # a Tuesday
FILTERS = "place=ganjiaxiang&need=first-aid&free=y"
MONTH_AND_DAY = "?month=2026-12&from=2026-12-05&view=month"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def that_tuesday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shift_at(world):
    def make(text, **more):
        starts_at = shanghai(text)
        return make_shift(world.community, starts_at=starts_at, ends_at=starts_at + HOUR, **more)

    return make


@pytest.fixture
def show(client):
    def get(query="", browser=client):
        answer = browser.get(f"/activities{query}", headers=ENGLISH)
        assert answer.status_code == 200
        return answer.text

    return get


def links(page, *, rel=""):
    """Read the addresses on a page, of links with this rel."""
    found = re.findall(r"<a\b[^>]*>", page, re.S)
    chosen = [tag for tag in found if not rel or f'rel="{rel}"' in tag]
    return [unescape(re.search(r'href="([^"]*)"', tag)[1]) for tag in chosen]


def cells(page):
    """Read what each day of the grid shows, by its date; white space is one blank."""
    found = re.findall(r"<td[^>]*>(.*?)</td>", page, re.S)
    days = {re.search(r'datetime="([^"]*)"', cell)[1]: cell for cell in found}
    return {
        day: " ".join(re.sub(r"<[^>]*>", " ", unescape(cell)).split()) for day, cell in days.items()
    }


def test_a_month_is_a_table_from_monday_to_sunday(show, shift_at):
    with transaction():
        shift_at("2026-12-05T08:00")
        shift_at("2026-11-30T08:00")
    shown = show("?view=month&month=2026-12")
    assert "<caption" in shown
    assert re.findall(r'<th scope="col">(\w+)</th>', shown) == "Mon Tue Wed Thu Fri Sat Sun".split()
    days = cells(shown)
    assert (next(iter(days)), list(days)[-1], len(days)) == ("2026-11-30", "2027-01-03", 35)
    assert days["2026-12-05"] == "5 5 Dec Sat 8:00 Sharing Market Guiding and check-in Open"
    assert days["2026-11-30"] == "30 30 Nov Mon"  # it only fills the week
    assert links(shown, rel="prev") == ["/activities?month=2026-11&view=month"]
    assert links(shown, rel="next") == ["/activities?month=2027-01&view=month"]
    assert "Dec 2026" in shown


def test_a_week_shows_when_each_shift_ends(show, shift_at):
    with transaction():
        shift_at("2026-11-23T08:00")  # yesterday belongs to the week
        shift_at("2026-11-29T20:00")
        shift_at("2026-11-30T08:00")
    shown = show("?view=week")
    days = cells(shown)
    assert list(days)[0::6] == ["2026-11-23", "2026-11-29"]
    assert "8:00–9:00" in days["2026-11-23"]
    assert "20:00–21:00" in days["2026-11-29"]
    assert links(shown, rel="prev") == ["/activities?from=2026-11-16&view=week"]
    assert links(shown, rel="next") == ["/activities?from=2026-11-30&view=week"]
    assert "2 shifts" in shown


def test_today_is_marked_by_a_word(show, shift_at):
    with transaction():
        shift_at("2026-11-24T18:00")
    shown = show("?view=month")
    assert cells(shown)["2026-11-24"].startswith("24 24 Nov Tue Today 18:00")
    assert shown.count('aria-current="date"') == 1
    assert 'aria-current="date"' not in show("?view=month&month=2026-12")


def test_states_are_words_with_a_sign(world, show, as_person, shift_at):
    with transaction():
        mine = shift_at("2026-12-01T08:00")
        make_signup(mine, world.volunteer)
        shift_at("2026-12-02T08:00", capacity=1, confirmed=1)
        shift_at("2026-12-03T08:00", state="cancelled", reason="大风")
        shift_at("2026-12-04T08:00")
    shown = show("?view=month&month=2026-12", as_person(world.volunteer))
    words = [cells(shown)[f"2026-12-0{day}"].split("check-in ")[1] for day in (1, 2, 3, 4)]
    assert words == ["You are in", "Full, waitlist open", "Cancelled", "Open"]
    tags = re.findall(r'<span class="tag [^"]*">(.*?)</span>', shown, re.S)
    assert len(tags) == 4
    assert all("<svg" in tag for tag in tags)


def test_a_crowded_day_leads_to_its_own_agenda(show, shift_at):
    with transaction():
        for hour in range(8, 18):
            shift_at(f"2026-12-05T{hour:02}:00")
        shift_at("2026-12-06T08:00")
    shown = show(f"?view=month&month=2026-12&{FILTERS.replace('&need=first-aid', '')}")
    assert cells(shown)["2026-12-05"].count("Sharing Market") == 3
    assert cells(shown)["2026-12-05"].endswith("+ 7 more")
    (there,) = [link for link in links(shown) if "day=" in link]
    assert there == "/activities?place=ganjiaxiang&free=y&day=2026-12-05"
    day = show(there.removeprefix("/activities"))
    assert day.count('<time class="plate"') == 10
    assert "5 Dec 2026 Sat" in re.sub(r"\s+", " ", day)
    assert links(day, rel="next") == ["/activities?place=ganjiaxiang&free=y&day=2026-12-06"]
    assert links(day, rel="prev") == ["/activities?place=ganjiaxiang&free=y&day=2026-12-04"]


def test_what_has_begun_is_not_open(world, show, as_person, shift_at):
    with transaction():
        mine = shift_at("2026-11-24T07:00")
        make_signup(mine, world.volunteer)
        shift_at("2026-11-24T08:00")
        shift_at("2026-11-24T09:30")
        shift_at("2026-11-24T11:00")
    for query in ("?view=month", "?view=week", "?day=2026-11-24"):
        shown = show(query, as_person(world.volunteer))
        tags = re.findall(r'<span class="tag [^"]*">.*?</svg>(.*?)</span>', shown, re.S)
        assert tags[:3] == ["You are in", "Ended", "Going on now"], query
        if query != "?view=month":
            assert tags[3:] == ["Open"], query
    assert "+ 1 more" in show("?view=month")


def test_a_past_day_has_its_agenda(show, shift_at):
    with transaction():
        shift_at("2026-11-20T08:00", title_en="Long ago")
    assert "Long ago" in show("?day=2026-11-20")
    assert "places free" not in show("?day=2026-11-20")
    assert "Long ago" in show("?view=month")
    assert "Long ago" not in show("?from=2026-11-20")


def test_every_way_on_keeps_the_filters(show, shift_at):
    with transaction():
        for hour in range(24):
            shift_at(f"2026-12-05T{hour:02}:00", need="first-aid")
    for query in ("", "&view=week&from=2026-12-03", "&view=month&month=2026-12", "&day=2026-12-05"):
        shown = show(f"?{FILTERS}{query}")
        inside = [link for link in links(shown) if link.startswith("/activities?")]
        assert len(inside) >= 4, query
        for name in ("place=ganjiaxiang", "need=first-aid", "free=y"):
            assert [link for link in inside if name not in link] == [], query
        assert "24 shifts" in shown or "20 shifts" in shown, query  # the agenda is paged


def test_the_form_keeps_the_view_and_its_days(show):
    for query, kept in (
        ("?view=month&month=2026-12", {"view": "month", "month": "2026-12"}),
        ("?view=week&from=2026-12-03", {"view": "week", "from": "2026-12-03"}),
        ("?day=2026-12-05", {"day": "2026-12-05"}),
    ):
        hidden = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", show(query))
        named = {re.search(r'name="(\w+)"', tag)[1]: tag for tag in hidden}
        for name, value in kept.items():
            assert f'value="{value}"' in named[name], query


@pytest.mark.parametrize(
    ("query", "agenda", "week", "month"),
    [
        ("", "", "?view=week", "?view=month"),
        ("?from=2026-12-05", "?from=2026-12-05", "?from=2026-12-05&view=week", MONTH_AND_DAY),
        (
            "?view=week&from=2026-12-05",
            "?from=2026-12-05",
            "?from=2026-12-05&view=week",
            MONTH_AND_DAY,
        ),
        (
            "?view=month&month=2027-02",
            "?from=2027-02-01",
            "?from=2027-02-01&view=week",
            "?month=2027-02&view=month",
        ),
        (
            "?view=month&month=2026-12&from=2026-12-05",
            "?from=2026-12-05",
            "?from=2026-12-05&view=week",
            MONTH_AND_DAY,
        ),
        ("?view=month&month=2026-11", "", "?view=week", "?view=month"),
        (
            "?view=month&month=2026-10",
            "",
            "?from=2026-10-01&view=week",
            "?month=2026-10&view=month",
        ),
    ],
)
def test_each_view_opens_where_one_was(show, query, agenda, week, month):
    nav = re.search(r'<nav class="views".*?</nav>', show(query), re.S)[0]
    assert links(nav) == [f"/activities{there}" for there in (agenda, week, month)]
    assert nav.count('aria-current="page"') == 1


@pytest.mark.parametrize(
    "query",
    (
        "?view=month&month=soon ?view=month&month=2026-13 ?view=month&month=0001-01 ?view=year"
        " ?view=month&month=9999-12 ?view=week&from=0001-01-01 ?view=week&from=9999-12-31"
        " ?day=tomorrow ?day=0001-01-01 ?from=0001-01-01 ?from=9999-12-31 ?need=magic"
        " ?view=month&month=2999-12 ?view=month&month=1900-01 ?view=week&from=2999-12-31"
    ).split(),
)
def test_what_cannot_be_read_is_as_if_it_had_not_been_said(show, shift_at, query):
    with transaction():
        shift_at("2026-11-25T08:00")
    shown = show(query)
    assert "Sharing Market" in shown or "2999" in query or "1900" in query


def test_an_empty_month_says_so(show):
    shown = show("?view=month&month=2027-03")
    assert "No shifts are planned yet" in shown
    assert "0 shifts" in shown
    assert "This month" in shown  # the way back
    assert "No shift fits these filters" in show(f"?view=month&{FILTERS}")


@pytest.mark.parametrize("query", ["", "?view=week", "?view=month", "?day=2026-12-05"])
def test_every_view_takes_few_statements(world, show, as_person, shift_at, queries, query):
    with transaction():
        for day in range(1, 29):
            for hour in (8, 9, 10, 11, 12):
                shift_at(f"2026-12-{day:02}T{hour:02}:00")
    browser = as_person(world.volunteer)
    queries.clear()
    full = show(f"{query or '?'}&month=2026-12&from=2026-12-03&{FILTERS[:17]}", browser)
    assert full.count("Sharing Market") >= 5
    # Who reads, the choices of three filters, the shifts, and which of them are one's own.
    assert len(queries) == 6, queries


def test_free_places_are_those_of_the_moment_of_reading(world, shift_at, show):
    shift = shift_at("2026-11-27T08:00", capacity=2)
    assert "2 places left" in show()
    make_signup(shift, world.volunteer)
    assert "1 place left" in show()
    make_signup(shift, world.other_volunteer)
    assert "2 of 2 taken" in show()
