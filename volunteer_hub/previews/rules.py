"""Which letters can be looked at, and what each is made of.  Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from volunteer_hub.foundation.refusal import sentence
from volunteer_hub.people.rules.accounts import Scope

SERVING, IN_LINE = ("confirmed",), ("waitlisted", "offered")

# Kinds made of a sign-up, by the states that it may be in.
OF_A_SIGNUP = {
    "shift-joined": SERVING,
    "shift-reminder-24h": SERVING,
    "shift-reminder-2h": SERVING,
    "shift-changed": SERVING,
    "activity-changed": SERVING,
    "shift-cancelled": (*SERVING, *IN_LINE),
    "shift-removed": SERVING,
    "shift-replaced": SERVING,
    "shift-late-cancel": SERVING,
    "shift-waitlisted": IN_LINE,
    "shift-offered": IN_LINE,
    "shift-lapsed": IN_LINE,
    "shift-promoted": SERVING,
    "shift-back-in-line": IN_LINE,
    "reply-done": SERVING,
    "reply-help": SERVING,
}


class Subject(NamedTuple):
    """What a letter is about: what to say where nothing of it is there yet."""

    missing: str
    of_a_shift: bool = True  # one of a shift's; else the choice of a shift means nothing


PLACE = Subject(sentence("Nobody has a place on a shift here yet."))
LINE = Subject(sentence("Nobody waits for a place on a shift here."))
EITHER = Subject(sentence("Nobody has signed up for a shift here yet."))
LATE = Subject(
    sentence("It needs somebody with a place on a shift, and a coordinator who wants such letters.")
)
STANDING = Subject(
    sentence("Nobody has been signed up here by a promise for every time yet."), of_a_shift=False
)
STAND_IN = Subject(sentence("Nobody here has asked another person to stand in yet."))
KEPT = Subject(sentence("No places of a shift were kept for a group here yet."))
LEFT = Subject(sentence("Of the places kept for groups here, none are left."))
REJECTED = Subject(sentence("All hours recorded here were accepted so far."))
DISPUTE = Subject(
    sentence("It needs disputed hours, and somebody else who may answer and wants such letters.")
)
ANSWER = Subject(sentence("No dispute about hours was answered here yet."))
WATCH = Subject(sentence("It needs somebody who watches a place here, and a shift to come."))
PAPER = Subject(
    sentence("Nobody of age who lives here has a paper that runs out."), of_a_shift=False
)
MONEY = Subject(
    sentence("It needs an amount of a project here, and a supervisor who did not write it down."),
    of_a_shift=False,
)
MAILING = Subject(sentence("No coordinator has written to many at once here yet."))
TEXT = Subject(sentence("It needs a provider of text messages."), of_a_shift=False)
TEXT_OF_A_PLACE = Subject(
    sentence("It needs somebody with a place on a shift, and a provider of text messages.")
)
ACCOUNT = Subject(sentence("Your account is enough for this letter."), of_a_shift=False)

# Every kind that can be looked at, under the heading where it stands; the order is the page's.
SHELVES: dict[str, dict[str, Subject]] = {
    sentence("About a place on a shift"): {
        "shift-joined": PLACE,
        "shift-reminder-24h": PLACE,
        "shift-reminder-2h": PLACE,
        "shift-changed": PLACE,
        "activity-changed": PLACE,
        "shift-cancelled": EITHER,
        "shift-removed": PLACE,
        "shift-replaced": PLACE,
        "shift-late-cancel": LATE,
        "shift-waitlisted": LINE,
        "shift-offered": LINE,
        "shift-lapsed": LINE,
        "shift-promoted": PLACE,
        "shift-back-in-line": LINE,
    },
    sentence("About helping every time, and standing in"): {
        "standing-began": STANDING,
        "standing-refused": STANDING,
        "stand-in-asked": STAND_IN,
        "stand-in-declined": STAND_IN,
    },
    sentence("About places kept for a group"): {"places-kept": KEPT, "places-released": LEFT},
    sentence("About hours"): {
        "hours-rejected": REJECTED,
        "hours-dispute-opened": DISPUTE,
        "hours-dispute-answered": ANSWER,
    },
    sentence("About what is watched, and words from a coordinator"): {
        "watch-news": WATCH,
        "mailing": MAILING,
    },
    sentence("About papers and money"): {
        "credential-expiring": PAPER,
        "funding-entry-waiting": MONEY,
    },
    sentence("Back to who writes by SMS"): {
        "reply-done": TEXT_OF_A_PLACE,
        "reply-help": TEXT_OF_A_PLACE,
        "reply-opted-out": TEXT,
        "reply-opted-in": TEXT,
    },
    sentence("About an account"): {
        "code-sign-in": ACCOUNT,
        "code-sign-in-link": ACCOUNT,
        "account-address-changed": ACCOUNT,
    },
}
SUBJECTS = {kind: subject for shelf in SHELVES.values() for kind, subject in shelf.items()}
PREVIEWED = tuple(SUBJECTS)

SECRET = frozenset({"code-sign-in", "code-sign-in-link", "places-kept"})  # carry one

# Nobody has written this yet, and a preview invents nothing.
OPEN = "[…]"
EARLY_ENOUGH = timedelta(hours=48)  # before the start: every reminder is still to come


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Whose letter is wanted: within which places, of which shift, in which language."""

    paths: Collection[str]
    shift_id: int | None
    language: str
    by_name: bool
    people: Scope  # whose papers may be looked at,
    whole: Scope  # and whose with all their particulars
    asked_by: int
    now: datetime


def moment(starts_at: datetime, *, now: datetime) -> datetime:
    """Say when the letter would have been written, at the latest: before its reminders."""
    return min(now, starts_at - EARLY_ENOUGH)


def stand_for(secret_length: int) -> str:
    """Give what stands where a letter carries a secret: as long as one, so that the parts of a
    text message are counted right, and so plain that no secret ever reads like it."""
    return "NOT-A-REAL-SECRET-".ljust(secret_length, "X")[:secret_length]
