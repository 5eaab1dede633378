"""Texts back to who wrote to us; always by SMS, for that is where they wrote."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from volunteer_hub.foundation.language import local_day, say, speaking
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.messages import actions as post_office
from volunteer_hub.messages.models import IncomingSms
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries import readers
from volunteer_hub.replies.queries import ASKS_AGAIN
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.lists import where
from volunteer_hub.signups.models import Signup

USEFUL_FOR = timedelta(hours=6)
NO_MORE, AGAIN = "reply-opted-out", "reply-opted-in"


def answered(
    text: IncomingSms,
    *,
    owner: Person,
    verb: str,
    done: Sequence[Signup],
    refused: Sequence[tuple[Signup, Refusal]],
    now: datetime,
) -> None:
    """Say what was done; names are said as soon as they are not the owner's alone."""
    signups = [*done, *(signup for signup, _refusal in refused)]
    shift = signups[0].shift
    named = len(signups) > 1 or signups[0].person_id != owner.id
    with speaking("zh"):
        reasons = {say(refusal) for _signup, refusal in refused}
    facts = {
        "verb": verb,
        "names": [signup.person.name for signup in done] if named else [],
        "done": bool(done),
        "failed": [signup.person.name for signup, _refusal in refused] if named else [],
        "reasons": sorted(reasons),
        **_about(shift),
    }
    key = f"reply-done:{text.id}"
    _post("answered", owner, "reply-done", key, f"incoming:{text.id}", facts, now, shift=shift)


def help_once(*, owner: Person, about: Shift | None, now: datetime) -> None:
    """Say how to answer, and about which shift; once a day at most."""
    facts = {"asked": about is not None, **(_about(about) if about else {})}
    topic = f"shift:{about.id}" if about else f"person:{owner.id}"
    key = f"{ASKS_AGAIN}:{owner.id}:{local_day(now).isoformat()}"
    _post("help", owner, ASKS_AGAIN, key, topic, facts, now, shift=about)


def opted_out(text: IncomingSms, *, owner: Person, now: datetime) -> None:
    """Confirm, once, that no more texts will come; and say how to have them again."""
    key, topic = f"{NO_MORE}:{text.id}", f"incoming:{text.id}"
    _post("opted-out", owner, NO_MORE, key, topic, {}, now, whatever_they_want=True)


def opted_in(text: IncomingSms, *, owner: Person, now: datetime) -> None:
    """Confirm, once, that texts come again; and say how to stop them."""
    key, topic = f"{AGAIN}:{text.id}", f"incoming:{text.id}"
    _post("opted-in", owner, AGAIN, key, topic, {}, now, whatever_they_want=True)


def _about(shift: Shift) -> dict[str, Any]:
    return {"shift": shift, "activity": shift.activity, "where": where}


def _post(
    name: str,
    owner: Person,
    kind: str,
    key: str,
    topic: str,
    facts: dict[str, Any],
    now: datetime,
    *,
    shift: Shift | None = None,
    whatever_they_want: bool = False,
) -> None:
    reader = readers.reader_of(owner, place_path=shift.place.path if shift else "/")
    if whatever_they_want:
        reader = reader._replace(channels=frozenset({"sms"}))
    post_office.post_letter(
        f"replies/{name}",
        to=reader,
        kind=kind,
        key=key,
        topic=topic,
        revision=shift.revision if shift else 0,
        facts=facts,
        due_at=now,
        expires_at=min(now + USEFUL_FOR, shift.ends_at) if shift else now + USEFUL_FOR,
        channels={"sms"},
    )
