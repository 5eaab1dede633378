from datetime import UTC, date, datetime, timedelta

import pytest

from volunteer_hub.home.rules import Observed, judge, last_market, next_market

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
WELL = {
    "postgres": 18,
    "encoding": "UTF8",
    "finds_chinese": True,
    "revision": "0011",
    "newest_revision": "0011",
    "broker": True,
    "beats": {"worker": NOW, "beat": NOW},
    "oldest_due": None,
}


def faults(**changes):
    checks = judge(Observed(**WELL | changes), now=NOW)
    return [check.name for check in checks if not check.fine]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, []),
        ({"postgres": 14}, ["database"]),
        ({"encoding": "LATIN1"}, ["text"]),
        ({"finds_chinese": False}, ["text"]),
        ({"revision": None}, ["migrations"]),
        ({"broker": False}, ["broker"]),
        ({"beats": {"beat": NOW}}, ["worker"]),
        ({"beats": {"worker": NOW, "beat": NOW - timedelta(seconds=31)}}, ["beat"]),
        ({"beats": {"worker": NOW, "beat": NOW - timedelta(seconds=30)}}, []),
        ({"oldest_due": NOW - timedelta(seconds=301)}, ["letters"]),
        ({"oldest_due": NOW - timedelta(seconds=300)}, []),
    ],
)
def test_judges(changes, wanted):
    assert faults(**changes) == wanted


def test_every_fault_says_what_to_do():
    for check in judge(Observed(**WELL | {"broker": False, "beats": {}}), now=NOW):
        assert check.said.endswith(".")


@pytest.mark.parametrize(
    ("today", "last", "following"),
    [
        (date(2026, 11, 24), date(2026, 11, 5), date(2026, 12, 5)),
        (date(2026, 11, 5), date(2026, 10, 5), date(2026, 11, 5)),
        (date(2026, 11, 6), date(2026, 11, 5), date(2026, 12, 5)),
        (date(2026, 12, 31), date(2026, 12, 5), date(2027, 1, 5)),
        (date(2027, 1, 3), date(2026, 12, 5), date(2027, 1, 5)),
        (date(2024, 2, 29), date(2024, 2, 5), date(2024, 3, 5)),
    ],
)
def test_the_wheel_turns_from_market_to_market(today, last, following):
    assert (last_market(today), next_market(today)) == (last, following)
