"""Post letters and call them back, always in the transaction of what they speak of."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import DateTime, Row, Table, bindparam, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from volunteer_hub.foundation import bells
from volunteer_hub.foundation.database import database_now, db
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.nights import Quiet
from volunteer_hub.messages import letters
from volunteer_hub.messages.actions.ending import ended
from volunteer_hub.messages.actions.nights import Wish, keep_own_night
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.queries.nights import own_hours
from volunteer_hub.messages.rules.readers import Attachment, Reader
from volunteer_hub.messages.rules.states import BEFORE_NO_RETURN, LANE_CODES, LANE_OWN

Rows = Sequence[Row[Any, Any]]  # of each new letter its id, and its reader's own hours


def post_letter(
    template: str,
    *,
    to: Reader,
    kind: str,
    key: str,
    topic: str,
    facts: dict[str, Any],
    due_at: datetime,
    expires_at: datetime,
    revision: int = 0,
    lane: int = LANE_OWN,
    channels: Collection[str] | None = None,
    attachments: Sequence[Attachment] = (),
    secret: bool = False,
    on_unknown: str = "hold",
) -> int:
    """Render a letter for every channel its reader wants and put it into the outbox.

    Posting the same key again changes nothing. Leaves after the commit, not before `due_at`
    (a text message may leave the evening before a night) and never after `expires_at`.

    :returns: how many letters are new
    """
    wanted = to.channels if channels is None else to.channels & frozenset(channels)
    common = {"kind": kind, "lane": lane, "topic": topic, "revision": revision, "secret": secret}
    common["template"] = template
    common |= {"expires_at": expires_at, "on_unknown": on_unknown, **_reader(to)}
    new = 0
    for letter in letters.compose(template, to=to, channels=wanted, facts=facts, kind=kind):
        night, files = None, letters.pack(attachments)
        if letter.channel == "sms":
            night, files = Wish(kind, due_at, database_now(), expires_at), []
        when = {"due_at": due_at} if night is None else night.values(Quiet(zone()))
        rows = _insert(letter, key=key, attachments=files, **when, **common)
        if night and rows:
            keep_own_night(*rows[0], wish=night)
        new += len(rows)
    if new:
        bells.ring("codes-due" if lane == LANE_CODES else "messages-due")
    return new


def call_back(
    topic: str,
    *,
    reason: str = "cancelled",
    kinds: Collection[str] | None = None,
    recipient_id: int | None = None,
    below_revision: int | None = None,
) -> int:
    """Stop the letters of a topic that have not left yet; `reason`: cancelled or superseded.

    Part of the caller's transaction: a letter either left before it, or never leaves.

    :returns: how many letters were stopped
    """
    if reason not in ("cancelled", "superseded"):
        raise ValueError(f"A letter is not called back as {reason}.")
    those = [Message.topic == topic, Message.state.in_(BEFORE_NO_RETURN)]
    if kinds is not None:
        those.append(Message.kind.in_(kinds))
    if recipient_id is not None:
        those.append(Message.recipient_id == recipient_id)
    if below_revision is not None:
        those.append(Message.revision < below_revision)
    stop = update(Message).where(*those).values(**ended(reason, at=func.clock_timestamp()))
    return len(db.session.execute(stop.returning(Message.id)).all())


def _reader(to: Reader) -> dict[str, Any]:
    return {
        "recipient_id": to.recipient_id,
        "place_path": to.place_path,
        "address_name": to.name,
        "language": to.language,
    }


def _insert(letter: letters.Letter, *, key: str, due_at: datetime, **values: Any) -> Rows:
    row = {
        "key": f"{key}:{letter.channel}",
        "channel": letter.channel,
        "address": letter.address,
        "subject": letter.subject,
        "body_text": letter.body_text,
        "body_html": letter.body_html,
        "headers": letter.headers,
        "due_at": due_at,
        "try_at": due_at,
        "not_before": due_at,
        "message_id": letters.new_message_id(),
    }
    return db.session.execute(_writing(), row | values).all()


@cache
def _writing() -> ReturningInsert[Any, Any]:
    """Build the statement of every letter once: building costs more than writing."""
    table = cast(Table, Message.__table__)
    row = insert(table).values(
        # A letter planned for next week is not dated today, or mail programs bury it.
        dated_at=func.greatest(
            func.clock_timestamp(), bindparam("not_before", type_=DateTime(timezone=True))
        )
    )
    return row.on_conflict_do_nothing(index_elements=[table.c.key]).returning(
        table.c.id, own_hours()
    )
