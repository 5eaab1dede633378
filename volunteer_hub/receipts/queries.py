"""What the receipts can be asked."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, literal, or_, select, true

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.messages.models import Attempt, Message, Suppression
from volunteer_hub.messages.queries.outbox import within
from volunteer_hub.receipts.models import Receipt
from volunteer_hub.receipts.rules.outcomes import GIVEN_UP_AFTER, WITHIN

BEHIND_THE_MARK = ("sending", "answered")  # phases of an attempt that may have got through
WAITING = (Receipt.applied_at.is_(None), Receipt.given_up_at.is_(None))


class Numbers(NamedTuple):
    """Receipts whose letter is not found: looked for still, and given up within a day."""

    unmatched: int
    given_up: int


def lock_waiting(*, now: datetime, limit: int) -> Sequence[Any]:
    """Take receipts to apply that nobody else has in hand, the oldest first."""
    wanted = select(
        Receipt.id,
        Receipt.uuid,
        Receipt.reference,
        Receipt.says,
        Receipt.blame,
        Receipt.answer,
        Receipt.received_at,
    ).where(*WAITING, Receipt.try_at <= now)
    oldest = wanted.order_by(Receipt.try_at, Receipt.id).limit(limit)
    return db.session.execute(oldest.with_for_update(skip_locked=True)).all()


def lock_letters(uuids: Collection[UUID], references: Collection[str]) -> Sequence[Any]:
    """Read the letters that these name, the oldest first, and keep others from changing them.

    `left`: one of its attempts went behind the point of no return.
    """
    left = exists(literal(1)).where(
        Attempt.message_id == Message.id, Attempt.phase.in_(BEHIND_THE_MARK)
    )
    wanted = (
        select(
            Message.id,
            Message.uuid,
            Message.provider_ref,
            Message.message_id,
            Message.state,
            Message.sent_at,
            Message.channel,
            Message.address,
            left.label("left"),
        )
        .where(
            or_(
                Message.uuid.in_(uuids),
                Message.provider_ref.in_(references),
                Message.message_id.in_(references),
            )
        )
        .order_by(Message.id)  # every worker locks in the same order
        .with_for_update(of=Message, key_share=True)
    )
    return db.session.execute(wanted).all()


def count_soft(address_hash: str, *, now: datetime) -> int:
    """Count the letters to an address that came back softly within seven days."""
    wanted = select(func.count(Receipt.message_id.distinct())).where(
        Receipt.address_hash == address_hash, Receipt.received_at > now - WITHIN
    )
    return db.session.scalar(wanted) or 0


def count_unmatched(*, now: datetime) -> Numbers:
    """Count the receipts whose letter is not found."""
    looked_for = select(func.count()).select_from(Receipt).where(*WAITING)
    lately = Receipt.given_up_at > now - GIVEN_UP_AFTER
    given_up = select(func.count()).select_from(Receipt).where(lately)
    return Numbers(db.session.scalar(looked_for) or 0, db.session.scalar(given_up) or 0)


def page_addresses(paths: Collection[str] | None, *, after: str | None) -> Page[Suppression]:
    """Read one page of the addresses that are not written to, the newest first.

    :param paths: the places whose letters told; None is everywhere
    """
    wanted = select(Suppression).where(_reached(paths))
    return read_page(wanted, keys=[Suppression.id], after=after, descending=True)


def get_address(suppression_id: int) -> Suppression:
    """Read one address that is not written to."""
    found = db.session.get(Suppression, suppression_id)
    if found is None:
        raise NotFound
    return found


def lock_address(suppression_id: int) -> Suppression:
    """Read one address that is not written to, and keep others from changing that."""
    wanted = select(Suppression).where(Suppression.id == suppression_id).with_for_update()
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_unknown(paths: Collection[str], *, now: datetime) -> Sequence[Message]:
    """List the oldest letters of these places that no answer is awaited for any more.

    A page of them; the outbox has all.
    """
    wanted = select(Message).where(Message.state == "unknown", Message.try_at <= now, within(paths))
    return db.session.scalars(wanted.order_by(Message.try_at).limit(PAGE)).all()


def _reached(paths: Collection[str] | None) -> ColumnElement[bool]:
    if paths is None:
        return true()
    below = (Suppression.place_path.startswith(path, autoescape=True) for path in paths)
    return or_(literal(False), *below)
