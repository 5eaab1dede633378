from datetime import date

import pytest

from volunteer_hub.places.rules import KINDS
from volunteer_hub.projects import rules

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


@pytest.mark.parametrize(
    ("state", "draft", "running", "open_", "move"),
    [
        ("draft", None, rules.ProjectIsNotPublished, None, None),
        ("published", rules.ProjectIsNoDraft, None, None, rules.PlaceIsFixed),
        (
            "closed",
            rules.ProjectIsNoDraft,
            rules.ProjectIsClosed,
            rules.ProjectIsClosed,
            rules.PlaceIsFixed,
        ),
    ],
)
def test_what_each_state_allows(state, draft, running, open_, move) -> None:
    for ensure, refusal in (
        (rules.ensure_is_draft, draft),
        (rules.ensure_running, running),
        (rules.ensure_open, open_),
        (rules.ensure_may_move, move),
    ):
        if refusal is None:
            ensure(state)
        else:
            with pytest.raises(refusal):
                ensure(state)


@pytest.mark.parametrize(
    ("goal", "story", "starts_on", "ends_on", "complete"),
    [
        ("goal", "story", MAY, JUNE, True),
        ("", "story", MAY, JUNE, False),
        ("  ", "story", MAY, JUNE, False),
        ("goal", "", MAY, JUNE, False),
        ("goal", "\n", MAY, JUNE, False),
        ("goal", "story", None, JUNE, False),
        ("goal", "story", MAY, None, False),
    ],
)
def test_what_a_public_project_needs(goal, story, starts_on, ends_on, complete) -> None:
    facts = {"goal": goal, "story": story, "starts_on": starts_on, "ends_on": ends_on}
    if complete:
        rules.ensure_complete(**facts)
    else:
        with pytest.raises(rules.ProjectIsIncomplete):
            rules.ensure_complete(**facts)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "fine"),
    [
        (MAY, JUNE, True),
        (MAY, MAY, False),
        (JUNE, MAY, False),
        (None, MAY, True),
        (JUNE, None, True),
        (None, None, True),
    ],
)
def test_a_project_runs_forwards(starts_on, ends_on, fine) -> None:
    if fine:
        rules.ensure_ends_after_it_starts(starts_on, ends_on)
    else:
        with pytest.raises(rules.ProjectEndsBeforeItStarts):
            rules.ensure_ends_after_it_starts(starts_on, ends_on)


def test_a_milestone_is_reached_once() -> None:
    rules.ensure_not_reached(None)
    with pytest.raises(rules.MilestoneWasReached):
        rules.ensure_not_reached(MAY)


@pytest.mark.parametrize("kind", KINDS)
def test_a_project_belongs_to_a_place_that_points_at_nobody(kind: str) -> None:
    if kind in ("subdistrict", "community", "grid", "compound"):
        rules.ensure_wide_enough(kind)
    else:
        with pytest.raises(rules.PlaceIsTooSmall):
            rules.ensure_wide_enough(kind)
