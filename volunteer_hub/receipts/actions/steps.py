"""The statements that nearly every receipt passes, with others, built once."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    Update,
    any_,
    bindparam,
    func,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from volunteer_hub.dispatch.queries import given, rows
from volunteer_hub.messages.actions.ending import ended
from volunteer_hub.messages.models import Message
from volunteer_hub.receipts.models import Receipt
from volunteer_hub.receipts.rules.outcomes import Heard

KEPT = (*Heard._fields, "received_at", "try_at")


@cache
def keeping() -> ReturningInsert[Any]:
    """Build the storing of receipts, each of whose columns is given as an array: the_answer, …"""
    those = given(**{name: getattr(Receipt, name) for name in KEPT})
    table = Receipt.metadata.tables["receipt"]  # not the class: whose inserts take rows alone
    new = insert(table).from_select(KEPT, rows(those)).on_conflict_do_nothing()
    return new.returning(Receipt.id)


@cache
def arriving() -> Update:
    """Build the end of letters that were delivered: with the_ids and the_now."""
    now: Any = bindparam("the_now", type_=Message.sent_at.type)
    ids = bindparam("the_ids", type_=ARRAY(Message.id.type))
    values = ended("delivered", at=now) | {"sent_at": func.coalesce(Message.sent_at, now)}
    return update(Message).where(Message.id == any_(ids)).values(**values)


@cache
def applying() -> Update:
    """Build what is noted of receipts: with the_ids, the_letters, the_hashes and the_now."""
    columns = {"ids": Receipt.id, "letters": Message.id, "hashes": Receipt.address_hash}
    those = given(**columns)
    now = bindparam("the_now", type_=Receipt.applied_at.type)
    noted = update(Receipt).where(Receipt.id == those.c.ids)
    return noted.values(applied_at=now, message_id=those.c.letters, address_hash=those.c.hashes)
