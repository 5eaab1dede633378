from datetime import UTC, datetime, timedelta

import pytest

from volunteer_hub.messages.rules.kinds import KIND_WORDS
from volunteer_hub.people.rules.accounts import masked_name
from volunteer_hub.previews.rules import PREVIEWED, moment

STARTS = datetime(2026, 12, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(("before", "wanted"), [(100, 100), (48, 48), (47, 48), (0, 48), (-9, 48)])
def test_the_letter_is_as_of_a_time_with_all_reminders_to_come(before, wanted):
    now = STARTS - timedelta(hours=before)
    assert moment(STARTS, now=now) == STARTS - timedelta(hours=wanted)


@pytest.mark.parametrize(("name", "shown"), [("陈晓梅", "陈*"), (" Mei", "M*"), ("", "*")])
def test_only_the_beginning_of_a_name(name, shown):
    assert masked_name(name) == shown


def test_every_kind_has_its_word():
    assert set(PREVIEWED) <= set(KIND_WORDS)
