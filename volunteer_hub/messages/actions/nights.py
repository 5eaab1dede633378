"""Keep texts out of their readers' nights: when they are posted, moved, and about to leave."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, update

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.nights import Quiet, after_the_night
from volunteer_hub.messages.actions.ending import ended, put_back
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.queries.nights import ASLEEP
from volunteer_hub.messages.rules.times import may_wait, out_of_the_night, sms_due

AWAKE: dict[str, Any] = {"state": "pending", "settled_at": None, "reason": ""}


class Wish(NamedTuple):
    """What a text is posted for: when it should leave, and until when it is of use."""

    kind: str
    due_at: datetime
    now: datetime
    expires_at: datetime

    def values(self, quiet: Quiet) -> dict[str, Any]:
        """Give the values of a new letter whose reader has this night."""
        facts = {"now": self.now, "expires_at": self.expires_at}
        due = sms_due(self.due_at, kind=self.kind, quiet=quiet, **facts)
        return _moved(due, wished=self.due_at, now=self.now)


def keep_own_night(letter_id: int, own: Sequence[str | None] | None, *, wish: Wish) -> None:
    """Move a letter just posted if its reader has a night of their own."""
    if own is not None:
        values = wish.values(Quiet.read(own, there=zone()))
        _write(letter_id, AWAKE | values | {"try_at": values["due_at"]})


def replan(letter: Message, own: Sequence[str | None] | None, *, now: datetime) -> bool:
    """Move a waiting letter whose reader has another night now; tell whether it moved."""
    wished, until = letter.planned_at or letter.due_at, letter.expires_at
    if not may_wait(letter.kind, due=wished, now=letter.posted_at):
        return False
    quiet = Quiet.read(own, there=zone())
    due = out_of_the_night(wished, now=now, expires_at=until, quiet=quiet)
    values = AWAKE | _moved(due, wished=wished, now=now)
    if (values["state"], values["due_at"]) == (letter.state, letter.due_at):
        return False
    rests = letter.try_at if letter.attempts else values["due_at"]  # after a try it keeps its pause
    _write(letter.id, values | {"try_at": max(values["due_at"], rests)})
    return True


def rest(*, quiet: Quiet, expires_at: datetime, now: datetime) -> dict[str, Any]:
    """Give the values of a letter that came to the last step while its reader sleeps."""
    morning = after_the_night(now, *quiet)
    if morning >= expires_at:
        return ended("suppressed", at=now, reason=ASLEEP)
    wished = func.coalesce(Message.planned_at, Message.due_at)
    later = put_back(try_at=morning, attempts=Message.attempts)
    return later | {"due_at": morning, "planned_at": wished}


def _moved(due: datetime | None, *, wished: datetime, now: datetime) -> dict[str, Any]:
    if due is None:
        asleep = {"state": "suppressed", "reason": ASLEEP, "settled_at": now}
        return {"due_at": wished, "planned_at": None, **asleep}
    return {"due_at": due, "planned_at": None if due == wished else wished}


def _write(letter_id: int, values: dict[str, Any]) -> None:
    change = update(Message).where(Message.id == letter_id).values(**values)
    db.session.execute(change, execution_options={"synchronize_session": False})
