"""The letters made of a sign-up: of signups, of planning, and back to who writes by SMS."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from volunteer_hub.foundation.policy import COORDINATOR
from volunteer_hub.messages.models import IncomingSms
from volunteer_hub.people.models import Person
from volunteer_hub.planning import letters as planning
from volunteer_hub.previews.actions.trying import Composed, apart, compose, reader, staff
from volunteer_hub.previews.queries import shifts
from volunteer_hub.previews.rules import OF_A_SIGNUP, OPEN, Wish, moment
from volunteer_hub.replies import letters as replies
from volunteer_hub.shifts.models import Setting, Shift
from volunteer_hub.signups.letters import news
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries import signups

AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Found:
    """A real sign-up, taken apart, and when its letter would have been written."""

    signup: Signup
    position: int
    now: datetime

    @property
    def shift(self) -> Shift:
        return self.signup.shift

    @property
    def bare(self) -> dict[str, Any]:
        return {"shift": self.shift, "now": self.now}

    @property
    def to(self) -> dict[str, Any]:
        return {"reader": news.reader_of(self.signup.person, self.shift), **self.bare}

    @property
    def before(self) -> Setting:
        """Say when and where it was, had it been an hour earlier."""
        shift = self.shift
        span = shift.starts_at - AN_HOUR, shift.ends_at - AN_HOUR
        return Setting(*span, shift.place, shift.spot_zh, shift.spot_en)


def of_a_signup(kind: str, wish: Wish) -> list[Composed] | None:
    """Compose the letter of the newest sign-up that can be told this."""
    states = OF_A_SIGNUP[kind]
    signup = shifts.find_signup(wish.paths, states=states, shift_id=wish.shift_id)
    if signup is None:
        return None
    told = staff(COORDINATOR, signup.shift.place.path, wish) if kind == news.LATE else None
    position = signups.position(signup) or 1
    person = reader(signup.person, wish)
    now = moment(signup.shift.starts_at, now=wish.now)
    apart(signup.shift, revision=-1, reason=signup.shift.reason or OPEN)
    until = signup.offer_until or now + AN_HOUR
    apart(signup, id=-signup.id, person_id=person.id, reason=OPEN, offer_until=until)
    if told == []:
        return None
    return compose(kind, lambda: WORDS[kind](Found(signup, position, now)))


def _activity_changed(found: Found) -> None:
    activity = apart(found.shift.activity, revision=-1)
    now = planning.Said.by(activity)
    before = now._replace(starts_at=now.starts_at - AN_HOUR, ends_at=now.ends_at - AN_HOUR)
    facts = {"before": before, "altered": before.altered(now), "now": found.now}
    planning.changed([found.signup.person], activity=activity, **facts)


def _answered(found: Found) -> None:
    by = {"owner": found.signup.person, "verb": "come"}
    replies.answered(IncomingSms(id=-1), done=[found.signup], refused=[], now=found.now, **by)


# What each letter is written with.
WORDS: dict[str, Callable[[Found], object]] = {
    "shift-joined": lambda it: news.joined(it.signup, **it.to),
    "shift-reminder-24h": lambda it: news.joined(it.signup, **it.to),  # it plans them
    "shift-reminder-2h": lambda it: news.joined(it.signup, **it.to),
    "shift-waitlisted": lambda it: news.waitlisted(it.signup, position=it.position, **it.to),
    "shift-promoted": lambda it: news.promoted(it.signup, **it.bare),
    "shift-offered": lambda it: news.offered(it.signup, **it.bare),
    "shift-lapsed": lambda it: news.lapsed(it.signup, **it.bare),
    "shift-back-in-line": lambda it: news.back_in_line(it.signup, position=it.position, **it.bare),
    "shift-replaced": lambda it: news.replaced(it.signup, by=Person(name=OPEN), **it.bare),
    "shift-removed": lambda it: news.removed(it.signup, **it.bare),
    "shift-late-cancel": lambda it: news.late_cancel(it.signup, **it.bare),
    "shift-changed": lambda it: news.changed([it.signup], before=it.before, altered=(), **it.bare),
    "shift-cancelled": lambda it: news.cancelled([it.signup], **it.bare),
    "activity-changed": _activity_changed,
    "reply-done": _answered,
    "reply-help": lambda it: replies.help_once(owner=it.signup.person, about=it.shift, now=it.now),
}
WRITERS = dict.fromkeys(WORDS, of_a_signup)
