"""Every kind of letter can be looked at before anybody gets one."""

from volunteer_hub.messages.rules.kinds import KIND_WORDS
from volunteer_hub.previews.actions.writing import WRITERS
from volunteer_hub.previews.rules import PREVIEWED

# Letters of rooms that stand above previews, which so cannot compose them: each is looked at on a
# page of its own room.
LOOKED_AT_ABOVE = {"figures-month"}


def test_no_kind_is_forgotten():
    assert set(PREVIEWED) == set(KIND_WORDS) - LOOKED_AT_ABOVE


def test_what_is_offered_can_be_written():
    assert set(WRITERS) == set(PREVIEWED)
