from datetime import UTC, datetime, timedelta

import pytest

from volunteer_hub.messages.rules.kinds import KIND_WORDS
from volunteer_hub.people.rules.accounts import masked_name
from volunteer_hub.previews import policy
from volunteer_hub.previews.rules import OF_A_SIGNUP, PREVIEWED, moment, stand_for

STARTS = datetime(2026, 12, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(("before", "wanted"), [(100, 100), (48, 48), (47, 48), (0, 48), (-9, 48)])
def test_the_letter_is_as_of_a_time_with_all_reminders_to_come(before, wanted):
    now = STARTS - timedelta(hours=before)
    assert moment(STARTS, now=now) == STARTS - timedelta(hours=wanted)


@pytest.mark.parametrize(("name", "shown"), [("陈晓梅", "陈*"), (" Mei", "M*"), ("", "*")])
def test_only_the_beginning_of_a_name(name, shown):
    assert masked_name(name) == shown


@pytest.mark.parametrize("length", [6, 22, 43])
def test_what_stands_for_a_secret_is_as_long_and_says_what_it_is(length):
    assert len(stand_for(length)) == length
    assert "NOT-A-REAL-SECRET".startswith(stand_for(length)[:17])


def test_every_kind_has_its_word():
    for named in (PREVIEWED, OF_A_SIGNUP, policy.CLOSED):
        assert set(named) <= set(KIND_WORDS)
