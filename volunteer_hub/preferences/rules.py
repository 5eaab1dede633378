"""What one may choose of one's letters, in groups that people know, and what is read off a page.

Pure. A group is no more than a handle: what is kept is a choice per kind and channel.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import time, timedelta
from typing import NamedTuple

from volunteer_hub.foundation.nights import QUIET_FROM, QUIET_UNTIL, find_zone
from volunteer_hub.foundation.refusal import BrokenInput, sentence
from volunteer_hub.messages.rules.kinds import ALWAYS_GO, EVERY_KIND, KIND_WORDS, MAY_BE_STOPPED
from volunteer_hub.messages.rules.states import CHANNELS

# Written for one channel alone; all others are written for both.
BY_MAIL_ALONE = (
    "code-sign-in-link", "shift-back-in-line", "funding-entry-waiting", "hours-dispute-opened",
    "hours-rejected", "figures-month",
)  # fmt: skip
BY_SMS_ALONE = ("reply-done", "reply-help", "reply-opted-out", "reply-opted-in")

# Whoever sleeps less is woken, and what comes twice a day must find hours to come in: with eight
# of them a reminder of two hours before leaves on the day before at the earliest.
SHORTEST_NIGHT, LONGEST_NIGHT = timedelta(hours=6), timedelta(hours=16)


class Night(NamedTuple):
    """From when until when no text comes that can wait; without a zone, the installation's."""

    zone: str | None = None
    begins: time = QUIET_FROM
    ends: time = QUIET_UNTIL

    @property
    def lasts(self) -> timedelta:
        """Say how long it is on the wall; one that ends when it begins lasts no time."""
        begins, ends = (
            timedelta(hours=one.hour, minutes=one.minute) for one in (self.begins, self.ends)
        )
        return (ends - begins) % timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.zone or '-'} {self.begins:%H:%M}-{self.ends:%H:%M}"


USUAL = Night()


class Choice(NamedTuple):
    """One kind of letter, or every kind, on one channel."""

    kind: str
    channel: str

    @property
    def name(self) -> str:
        return f"{self.kind}.{self.channel}"


class Group(NamedTuple):
    """Kinds that people think of together; `staff`: only staff get such letters."""

    name: str
    title: str
    kinds: tuple[str, ...]
    staff: bool = False


class Box(NamedTuple):
    """One box on the page; `partly`: a group of which some kinds are wanted and some are not."""

    name: str
    channel: str
    ticked: bool
    partly: bool = False


class Laid(NamedTuple):
    """A group on the page: a box per channel, and below them the boxes of each kind."""

    title: str
    handles: list[Box]
    rows: list[tuple[str, list[Box]]]

    @property
    def ticked(self) -> list[str]:
        boxes = [*self.handles, *(box for _kind, row in self.rows for box in row)]
        return [box.name for box in boxes if box.ticked]


GROUPS = (
    Group(
        "reminders",
        sentence("Reminders of my shifts"),
        ("shift-reminder-24h", "shift-reminder-2h"),
    ),
    Group(
        "places",
        sentence("When I have signed up"),
        (
            *("shift-joined", "shift-waitlisted", "standing-began", "standing-refused"),
            *("places-kept", "places-released"),
        ),
    ),
    Group(
        "offers",
        sentence("Offers of a place"),
        ("shift-offered", "shift-lapsed", "stand-in-asked", "stand-in-declined"),
    ),
    Group("watches", sentence("News of what I watch"), ("watch-news",)),
    Group("hours", sentence("My hours"), ("hours-rejected", "hours-dispute-answered")),
    Group("credentials", sentence("Trainings that run out"), ("credential-expiring",)),
    Group("coordinators", sentence("From my coordinators"), ("mailing",)),
    Group("answers", sentence("Answers to my text messages"), ("reply-done", "reply-help")),
    Group(
        "staff",
        sentence("For staff"),
        ("shift-late-cancel", "hours-dispute-opened", "funding-entry-waiting", "figures-month"),
        staff=True,
    ),
)
GROUPED = frozenset(kind for group in GROUPS for kind in group.kinds)
OTHERS = Group(
    "others",
    sentence("Other letters"),
    tuple(kind for kind in KIND_WORDS if kind in MAY_BE_STOPPED and kind not in GROUPED),
)


def list_groups(*, staff: bool) -> list[Group]:
    """List what somebody may choose; every kind that may be turned off is in one of the groups."""
    return [one for one in (*GROUPS, OTHERS) if one.kinds and (staff or not one.staff)]


def is_carried(kind: str, channel: str) -> bool:
    """Tell whether such letters are written for the channel at all."""
    return kind not in (BY_SMS_ALONE if channel == "email" else BY_MAIL_ALONE)


def cells(kinds: Iterable[str], channels: Collection[str] = CHANNELS) -> list[Choice]:
    """List the choices there are about these kinds."""
    return [Choice(kind, way) for kind in kinds for way in channels if is_carried(kind, way)]


def leaves(
    kind: str, channel: str, *, remind_by: Collection[str], stopped: Collection[Choice]
) -> bool:
    """Tell whether a letter goes out: whatever its reader wants, if its kind always goes."""
    if kind in ALWAYS_GO:
        return True
    if is_off(channel, remind_by=remind_by, stopped=stopped):
        return False
    return Choice(kind, channel) not in stopped


def is_off(channel: str, *, remind_by: Collection[str], stopped: Collection[Choice]) -> bool:
    """Tell whether a channel was stopped as a whole: it carries only what always goes."""
    return channel not in remind_by or Choice(EVERY_KIND, channel) in stopped


def lay_out(
    groups: Iterable[Group], *, stopped: Collection[Choice], channels: Collection[str]
) -> list[Laid]:
    """Lay the groups out as the page shows them; a group is ticked if all its kinds are."""
    laid = list[Laid]()
    for group in groups:
        rows = [
            (kind, [Box(cell.name, cell.channel, cell not in stopped) for cell in row])
            for kind in group.kinds
            if (row := cells([kind], channels))
        ]
        handles = list[Box]()
        for channel in channels:
            inside = [box.ticked for _kind, row in rows for box in row if box.channel == channel]
            if inside:
                name, some = f"{group.name}.{channel}", any(inside) and not all(inside)
                handles.append(Box(name, channel, all(inside), some))
        if len(rows) == 1:  # the only kind is its own handle
            handles, rows = rows[0][1], []
        if handles:
            laid.append(Laid(group.title, handles, rows))
    return laid


def read(
    groups: Iterable[Group], *, shown: Collection[str], ticked: Collection[str]
) -> dict[Choice, bool]:
    """Read what somebody chose off a page: only what is otherwise than it was shown.

    So an old page undoes nothing that was chosen meanwhile elsewhere. A kind by itself outweighs
    the group it belongs to.
    """
    altered = set(shown).symmetric_difference(ticked)
    wanted = dict[Choice, bool]()
    for group in groups:
        for cell in cells(group.kinds):
            handle = f"{group.name}.{cell.channel}"
            for name in (handle, cell.name):
                if name in altered:
                    wanted[cell] = name in ticked
    return wanted


def ensure_may_choose(choices: Mapping[Choice, bool]) -> None:
    """Let people choose what is theirs to choose.

    :raises BrokenInput: naming the kind or the channel
    """
    errors = list[tuple[str, str]]()
    for kind, channel in choices:
        if channel not in CHANNELS:
            errors.append(("channel", sentence("Letters come by email or sms.")))
        if kind in ALWAYS_GO:
            errors.append(("kind", sentence("Letters of this kind always come.")))
        elif kind != EVERY_KIND and kind not in MAY_BE_STOPPED:
            errors.append(("kind", sentence("There is no such kind of letter.")))
    if errors:
        raise BrokenInput(sorted(set(errors)))


def ensure_night(night: Night) -> None:
    """Let people choose how long and where they sleep, within reason.

    :raises BrokenInput: naming what is wrong with it
    """
    errors = list[tuple[str, str]]()
    if night.zone is not None and find_zone(night.zone) is None:
        errors.append(("zone", sentence("There is no such time zone.")))
    if night.begins.tzinfo or night.ends.tzinfo:
        errors.append(("begins", sentence("Give a time on the wall, without an offset.")))
    if not SHORTEST_NIGHT <= night.lasts <= LONGEST_NIGHT:
        errors.append(("ends", sentence("Choose a rest of 6 hours at least and 16 at most.")))
    if errors:
        raise BrokenInput(errors)
