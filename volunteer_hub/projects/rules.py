"""The life of a project, draft → published → closed, and when each step may be taken.  Pure."""

from datetime import date

from volunteer_hub.foundation.refusal import Refusal, sentence

STATE_WORDS = {
    "published": sentence("Under way"),
    "closed": sentence("Finished"),
    "draft": sentence("Draft"),
}
STATES = tuple(STATE_WORDS)
GROUP_WORDS = {
    "residents": sentence("All residents"),
    "elderly": sentence("Older people"),
    "children": sentence("Children and young people"),
    "women": sentence("Women"),
    "veterans": sentence("Veterans"),
    "families_in_need": sentence("Families in need"),
    "disabled": sentence("People with disabilities"),
}
BENEFICIARY_GROUPS = tuple(GROUP_WORDS)

# Projects belong to the places that neighbours know by name, not to a stairwell or a household.
SITES = ("subdistrict", "community", "grid", "compound")


class PlaceIsTooSmall(Refusal):
    """Figures are told for places where they point at nobody."""

    status = 422
    said = sentence("A project belongs to a subdistrict, a community, a grid or a compound.")


class ProjectIsNoDraft(Refusal):
    """A project is published once."""

    said = sentence("This project has been published already.")


class ProjectIsNotPublished(Refusal):
    """A draft has nothing that could be closed, paid for or reached."""

    said = sentence("This project is still a draft. Publish it first.")


class ProjectIsClosed(Refusal):
    """Nothing is added to a closed project."""

    said = sentence("This project is closed; nothing can be added to it.")


class ProjectIsIncomplete(Refusal):
    """A published project tells its goal, its story and how long it runs."""

    said = sentence("A public project needs a goal, a story, a first and a last day.")


class ProjectEndsBeforeItStarts(Refusal):
    """The last day is not after the first."""

    status = 422
    said = sentence("The last day must be after the first.")


class PlaceIsFixed(Refusal):
    """Money and services are counted at the place of a published project."""

    said = sentence("The place of a published project stays; its figures are counted there.")


class TargetIsNotPositive(Refusal):
    """A target of nothing is no target."""

    status = 422
    said = sentence("A target is a number above zero.")


class MilestoneWasReached(Refusal):
    """A milestone is reached once, and stays."""

    said = sentence("This milestone has been reached already.")


def ensure_wide_enough(kind_of_place: str) -> None:
    """Refuse a project of a stairwell or a household.

    :raises PlaceIsTooSmall: unless the place is one of SITES
    """
    if kind_of_place not in SITES:
        raise PlaceIsTooSmall


def ensure_open(state: str) -> None:
    """Refuse changes to what is over.

    :raises ProjectIsClosed: if it is
    """
    if state == "closed":
        raise ProjectIsClosed


def ensure_running(state: str) -> None:
    """Refuse what only a published project can have.

    :raises ProjectIsNotPublished: while it is a draft
    :raises ProjectIsClosed: after it was closed
    """
    if state == "draft":
        raise ProjectIsNotPublished
    ensure_open(state)


def ensure_ends_after_it_starts(starts_on: date | None, ends_on: date | None) -> None:
    """Refuse a project that runs backwards; open ends are fine while it is a draft.

    :raises ProjectEndsBeforeItStarts: if the last day is not after the first
    """
    if starts_on and ends_on and ends_on <= starts_on:
        raise ProjectEndsBeforeItStarts


def ensure_complete(*, goal: str, story: str, starts_on: date | None, ends_on: date | None) -> None:
    """Refuse to show a project that does not say what it wants and how long it runs.

    :raises ProjectIsIncomplete: naming what a public project needs
    """
    if not (goal.strip() and story.strip() and starts_on and ends_on):
        raise ProjectIsIncomplete


def ensure_is_draft(state: str) -> None:
    """Refuse to publish twice.

    :raises ProjectIsNoDraft: unless it is a draft
    """
    if state != "draft":
        raise ProjectIsNoDraft


def ensure_may_move(state: str) -> None:
    """Refuse to move a project whose figures are counted at its place.

    :raises PlaceIsFixed: unless it is a draft
    """
    if state != "draft":
        raise PlaceIsFixed


def ensure_not_reached(reached_on: date | None) -> None:
    """Refuse to reach a milestone twice, or to take back what was reached.

    :raises MilestoneWasReached: if it was
    """
    if reached_on is not None:
        raise MilestoneWasReached
