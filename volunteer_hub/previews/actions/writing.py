"""Which room writes which letter, and out of what; None where there is nothing to write about."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm.attributes import set_committed_value

from volunteer_hub.foundation.policy import COORDINATOR, SUPERVISOR
from volunteer_hub.hours import letters as hours_letters
from volunteer_hub.hours.rules.disputes import ANSWERS, STATES
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries import persons, readers
from volunteer_hub.people.rules.accounts import masked_name
from volunteer_hub.previews import queries
from volunteer_hub.previews.actions.trying import Composed, apart, compose, reader
from volunteer_hub.previews.rules import OF_A_SIGNUP, OPEN, moment
from volunteer_hub.shifts.models import Setting
from volunteer_hub.signups.letters import news
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries import signups
from volunteer_hub.watches import letters as watch_letters

AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Whose letter is wanted: within which places, of which shift, in which language."""

    paths: Collection[str]
    shift_id: int | None
    language: str
    by_name: bool
    now: datetime


def preview(kind: str, wish: Wish) -> list[Composed] | None:
    """Compose the letter of this kind as it would be written; nothing is sent or kept."""
    if kind in OF_A_SIGNUP:
        return _of_signup(kind, wish)
    if kind == "watch-news":
        return _news(kind, wish)
    return _rejected(kind, wish) if kind == "hours-rejected" else _dispute(kind, wish)


def _of_signup(kind: str, wish: Wish) -> list[Composed] | None:
    states = OF_A_SIGNUP[kind]
    signup = queries.find_signup(wish.paths, states=states, shift_id=wish.shift_id)
    if signup is None:
        return None
    position = signups.position(signup) or 1
    person = reader(signup.person, language=wish.language, by_name=wish.by_name)
    now = moment(signup.shift.starts_at, now=wish.now)
    apart(signup.shift, revision=-1, reason=signup.shift.reason or OPEN)
    signup = apart(
        signup,
        id=-signup.id,
        person_id=person.id,
        reason=OPEN,
        offer_until=signup.offer_until or now + AN_HOUR,
    )
    return compose(kind, _writer(kind, signup, position, now))


def _writer(kind: str, signup: Signup, position: int, now: datetime) -> Callable[[], object]:
    shift = signup.shift
    to = {"reader": news.reader_of(signup.person, shift), "shift": shift, "now": now}
    bare = {"shift": shift, "now": now}
    before = Setting(
        shift.starts_at - AN_HOUR,
        shift.ends_at - AN_HOUR,
        shift.place,
        shift.spot_zh,
        shift.spot_en,
    )
    writers: dict[str, Callable[[], object]] = {
        "shift-waitlisted": lambda: news.waitlisted(signup, position=position, **to),
        "shift-promoted": lambda: news.promoted(signup, **bare),
        "shift-offered": lambda: news.offered(signup, **bare),
        "shift-lapsed": lambda: news.lapsed(signup, **bare),
        "shift-back-in-line": lambda: news.back_in_line(signup, position=position, **bare),
        "shift-replaced": lambda: news.replaced(signup, by=Person(name=OPEN), **bare),
        "shift-removed": lambda: news.removed(signup, **bare),
        "shift-changed": lambda: news.changed([signup], before=before, altered=(), **bare),
        "shift-cancelled": lambda: news.cancelled([signup], **bare),
    }
    return writers.get(kind, lambda: news.joined(signup, **to))  # it plans the reminders too


def _news(kind: str, wish: Wish) -> list[Composed] | None:
    watch = queries.find_watch(wish.paths)
    shifts = queries.list_shifts(wish.paths, now=wish.now)
    coming = [shift for shift in shifts if shift.starts_at > wish.now]
    chosen = [shift for shift in coming if wish.shift_id in (None, shift.id)]
    if watch is None or not chosen:
        return None
    person = reader(watch.person, language=wish.language, by_name=wish.by_name)
    to = readers.reader_of(person, kind=watch_letters.NEWS)
    lines = [watch_letters.Line(shift, "understaffed", 1) for shift in chosen[:3]]
    return compose(kind, lambda: watch_letters.news(to, lines, watches=[watch], now=wish.now))


def _rejected(kind: str, wish: Wish) -> list[Composed] | None:
    hours = queries.find_rejected(wish.paths, shift_id=wish.shift_id)
    if hours is None:
        return None
    reader(hours.person, language=wish.language, by_name=wish.by_name)
    hours = apart(hours, id=-hours.id)
    return compose(kind, lambda: hours_letters.hours_rejected(hours, now=wish.now))


def _dispute(kind: str, wish: Wish) -> list[Composed] | None:
    asks = kind == hours_letters.DISPUTED
    states = STATES if asks else ANSWERS
    dispute = queries.find_dispute(wish.paths, states=states, shift_id=wish.shift_id)
    if dispute is None:
        return None
    asked = _who_is_asked(dispute.hours.shift.place.path, wish) if asks else []
    reader(dispute.hours.person, language=wish.language, by_name=wish.by_name)
    dispute, now = apart(dispute, id=-dispute.id), min(wish.now, dispute.opened_at)
    if asked:
        return compose(kind, lambda: hours_letters.dispute_opened(dispute, now=now))
    return compose(
        kind, lambda: hours_letters.dispute_answered(dispute, minutes=None, now=wish.now)
    )


def _who_is_asked(path: str, wish: Wish) -> list[Person]:
    """List who may answer, as the room will find them: each in the language wanted here.

    The session knows a person only as long as somebody holds on to them.
    """
    found = [one for role in (COORDINATOR, SUPERVISOR) for one in persons.holders(role, path)]
    for person in found:
        set_committed_value(person, "language", wish.language)
        if not wish.by_name:
            set_committed_value(person, "name", masked_name(person.name))
    return found
