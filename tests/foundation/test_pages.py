"""What every template may use, on pages and in letters."""

from datetime import UTC, date, datetime
from itertools import count

import pytest
from flask import g, session
from jinja2 import UndefinedError

from volunteer_hub.foundation.language import speaking
from volunteer_hub.foundation.migrations import current_revision, newest_revision
from volunteer_hub.foundation.pages import asset, elder, remembered


@pytest.fixture
def show(house):
    def render(source, **facts):
        with house.test_request_context("/tried/open?a=1"), speaking("en"):
            return house.jinja_env.from_string(source).render(**facts)

    return render


MOMENT = datetime(2026, 12, 4, 16, 30, tzinfo=UTC)  # half past midnight on the 5th in Shanghai


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ moment|day }}", "5 Dec"),
        ("{{ day|day }}", "5 Dec"),
        ("{{ moment|day_full }}", "5 Dec 2026"),
        ("{{ moment|weekday }}", "Sat"),
        ("{{ moment|month }}", "Dec 2026"),
        ("{{ day|month }}", "Dec 2026"),
        ("{{ moment|clock }}", "0:30"),
        ("{{ span(moment, moment) }}", "0:30–0:30"),
        ("{{ 10650000|yuan }}", "106,500.00"),
        ("{{ 35000|number }}", "35,000"),
        ("{{ 0.256|number(1) }}", "0.3"),
        ("{{ language() }}", "en"),
        ("{{ local_day(moment) }}", "2026-12-05"),
        ("{{ request_path() }}", "/tried/open?a=1"),
        ("{{ elder_mode() }}", "False"),
        ("{{ '<b>' }}", "&lt;b&gt;"),
    ],
)
def test_words_of_every_page(show, source, shown):
    assert show(source, moment=MOMENT, day=date(2026, 12, 5)) == shown


def test_the_month_of_a_moment_is_the_place_s(show):
    assert show("{{ moment|month }}", moment=datetime(2026, 12, 31, 16, tzinfo=UTC)) == "Jan 2027"


@pytest.mark.parametrize(
    "source", ["{{ nowhere }}", "{{ thing.nowhere }}", "{% if nowhere %}{% endif %}"]
)
def test_a_slip_of_the_pen_is_found_at_once(show, source):
    with pytest.raises(UndefinedError):
        show(source, thing={})


@pytest.mark.parametrize(
    ("person", "browser", "large"),
    [
        (None, None, False),
        (None, True, True),
        (True, None, True),
        (False, True, False),  # the person's own choice goes before the browser's
    ],
)
def test_large_type(house, person, browser, large):
    with house.test_request_context("/"):
        if browser is not None:
            session["elder"] = browser
        if person is not None:
            g.elder_mode = person
        assert elder() is large


def test_letters_are_written_where_nobody_asks(house):
    """A worker renders templates without any request."""
    with house.app_context():
        assert elder() is False
        assert (
            house.jinja_env.from_string("{{ 5|yuan }} {{ elder_mode() }}").render() == "0.05 False"
        )


def test_an_asset_that_is_not_there_is_found_out(house):
    with house.test_request_context("/"), pytest.raises(FileNotFoundError):
        asset("img/nowhere.svg")


def test_the_database_stands_at_the_newest_revision(app):
    assert current_revision() == newest_revision() is not None


DRAWS = (
    "{% macro row(thing, mark='') %}{{ thing }}{{ mark }} {{ drawn() }}{% endmacro %}"
    "{{ remembered(row, 3) }}, {{ remembered(row, 3) }}, {{ remembered(row, 4) }},"
    " {{ remembered(row, 4, '!') }}"
)


def test_a_component_is_drawn_again_only_when_its_values_differ(house):
    times = count(1)
    house.jinja_env.globals["drawn"] = lambda: next(times)
    template = house.jinja_env.from_string(DRAWS)
    with house.test_request_context(), speaking("en"):
        assert template.render() == "3 1, 3 1, 4 2, 4! 3"


def test_what_was_drawn_in_one_language_is_not_shown_in_the_other(house):
    source = "{% macro row(thing) %}{{ language() }}{{ thing }}{% endmacro %}"
    row = house.jinja_env.from_string(source).module.row
    with house.test_request_context():
        for lang in ("en", "zh", "en"):
            with speaking(lang):
                assert remembered(row, 1) == f"{lang}1"
