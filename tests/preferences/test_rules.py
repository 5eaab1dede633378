"""What one may choose, how it is laid out, and what is read off a page: truth tables."""

from itertools import product

import pytest

from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.messages.rules.kinds import ALWAYS_GO, EVERY_KIND, KIND_WORDS, MAY_BE_STOPPED
from volunteer_hub.messages.rules.readers import deciding, ways
from volunteer_hub.messages.rules.states import CHANNELS
from volunteer_hub.preferences import rules
from volunteer_hub.preferences.rules import Choice

PAIR = rules.Group("pair", "Two", ("shift-joined", "shift-waitlisted"))
LONE = rules.Group("lone", "One", ("watch-news",))
JOINED, WAITING, NEWS = "shift-joined.email", "shift-waitlisted.email", "watch-news.email"


def test_every_kind_that_may_be_turned_off_stands_in_one_group():
    kinds = [kind for group in (*rules.GROUPS, rules.OTHERS) for kind in group.kinds]
    assert sorted(kinds) == sorted(MAY_BE_STOPPED)


def test_only_staff_see_what_only_staff_get():
    seen = {group.name for group in rules.list_groups(staff=False)}
    assert {group.name for group in rules.list_groups(staff=True)} - seen == {"staff"}


def test_what_is_written_for_one_channel_alone_is_known():
    assert {*rules.BY_MAIL_ALONE, *rules.BY_SMS_ALONE} <= set(KIND_WORDS)
    assert rules.cells(["reply-help"]) == [Choice("reply-help", "sms")]
    assert rules.cells(["hours-rejected"]) == [Choice("hours-rejected", "email")]
    assert rules.cells(["mailing"], ["sms"]) == [Choice("mailing", "sms")]


CHOSEN = (None, "this", "all", "other kind", "other channel", "untick")


@pytest.mark.parametrize("kind", [*ALWAYS_GO, *sorted(MAY_BE_STOPPED)])
def test_what_leaves(kind):
    """Kind × what was chosen × channel."""
    for channel, chosen in product(CHANNELS, CHOSEN):
        other = next(one for one in CHANNELS if one != channel)
        stopped = {
            "this": {Choice(kind, channel)},
            "all": {Choice(EVERY_KIND, channel)},
            "other kind": {Choice("trial", channel)},
            "other channel": {Choice(kind, other), Choice(EVERY_KIND, other)},
        }.get(chosen or "", set())
        remind_by = [other] if chosen == "untick" else CHANNELS
        leaves = rules.leaves(kind, channel, remind_by=remind_by, stopped=stopped)
        assert leaves is (kind in ALWAYS_GO or chosen not in ("this", "all", "untick")), chosen


class Account:
    def __init__(self, *remind_by: str, is_active: bool = True) -> None:
        self.remind_by, self.is_active = remind_by, is_active


@pytest.mark.parametrize(
    ("kind", "decides", "on"),
    [
        (None, False, {"sms"}),
        ("watch-news", True, {"sms"}),
        ("shift-cancelled", False, {"email", "sms"}),
        ("shift", False, {"email", "sms"}),
    ],
)
def test_on_what_a_letter_is_posted(kind, decides, on):
    """Of what always goes, or a name for several kinds, nothing is withheld at posting."""
    assert deciding(kind) == ((kind, EVERY_KIND) if decides else ())
    assert set(ways(kind, Account("sms"))) == on
    assert set(ways(kind, Account("sms", is_active=False))) == set()


@pytest.mark.parametrize(
    ("shown", "ticked", "wanted"),
    [
        # nothing was touched
        ({"pair.email", JOINED, WAITING}, {"pair.email", JOINED, WAITING}, {}),
        (set(), set(), {}),
        # the group's box says it of all its kinds
        ({"pair.email", JOINED, WAITING}, {JOINED, WAITING}, {JOINED: False, WAITING: False}),
        (set(), {"pair.email"}, {JOINED: True, WAITING: True}),
        ({JOINED}, {"pair.email", JOINED}, {JOINED: True, WAITING: True}),
        # one kind by itself
        ({"pair.email", JOINED, WAITING}, {"pair.email", JOINED}, {WAITING: False}),
        (set(), {WAITING}, {WAITING: True}),
        # a kind outweighs its group
        ({JOINED}, {"pair.email"}, {JOINED: False, WAITING: True}),
        ({"pair.email", JOINED, WAITING}, {WAITING}, {JOINED: False, WAITING: False}),
        # a group of one is its own handle; what is no box is nothing
        ({NEWS}, set(), {NEWS: False}),
        (set(), {"shift-cancelled.email", "*.email", "trial.sms", "nonsense"}, {}),
    ],
)
def test_what_is_read_off_the_page(shown, ticked, wanted):
    found = rules.read([PAIR, LONE], shown=shown, ticked=ticked)
    assert {choice.name: yes for choice, yes in found.items()} == wanted


def test_a_group_is_ticked_if_all_of_it_is_wanted():
    stopped = {Choice("shift-joined", "email")}
    two, one = rules.lay_out([PAIR, LONE], stopped=stopped, channels=CHANNELS)
    assert two.handles == [
        rules.Box("pair.email", "email", False, partly=True),
        rules.Box("pair.sms", "sms", True),
    ]
    assert [kind for kind, _row in two.rows] == list(PAIR.kinds)
    assert two.ticked == ["pair.sms", "shift-joined.sms", WAITING, "shift-waitlisted.sms"]
    assert (one.rows, one.ticked) == ([], [NEWS, "watch-news.sms"])


def test_a_channel_without_an_address_has_no_boxes():
    answers = next(group for group in rules.GROUPS if group.name == "answers")
    assert rules.lay_out([answers], stopped=(), channels=["email"]) == []
    (laid,) = rules.lay_out([PAIR], stopped=(), channels=["sms"])
    assert [box.channel for box in laid.handles] == ["sms"]


@pytest.mark.parametrize(
    ("kind", "channel", "field"),
    [
        ("watch-news", "email", None),
        (EVERY_KIND, "sms", None),
        ("watch-news", "pigeon", "channel"),
        ("trial", "sms", "kind"),
        *((kind, "sms", "kind") for kind in ALWAYS_GO),
    ],
)
def test_what_is_for_people_to_choose(kind, channel, field):
    choices = {Choice(kind, channel): False}
    if field is None:
        rules.ensure_may_choose(choices)
    else:
        with pytest.raises(BrokenInput) as refused:
            rules.ensure_may_choose(choices)
        assert [named for named, _text in refused.value.errors] == [field]
