"""Lists are paged by key: the last row's sort values, signed, say where the next page begins.

A page costs the same however far down the list it is, and a row is neither skipped nor shown
twice when others come and go.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.refusal import BrokenInput, sentence

Row = TypeVar("Row")
Shown = TypeVar("Shown")
PAGE = 20
LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows and the cursor after them; None when there are no more."""

    items: Sequence[Row]
    next: str | None

    def map(self, show: Callable[[Row], Shown]) -> "Page[Shown]":
        return Page([show(item) for item in self.items], self.next)


Key = InstrumentedAttribute[Any] | ColumnElement[Any]


def read_page(
    rows: Select[Any],
    *,
    keys: Sequence[Key],
    after: str | None,
    limit: int = PAGE,
    descending: bool = False,
    scalars: bool = True,
) -> Page[Any]:
    """Read one page of `rows` ordered by `keys`, the last of which must be unique.

    The keys must be columns of the selected rows (entity attributes, or labels when
    scalars=False) and never empty: no comparison finds an empty one again.  All keys sort in
    the same direction.

    :raises BrokenInput: if the cursor was not made here, or for another list
    :raises TypeError: if a key's column may be empty
    """
    _ensure_never_empty(keys)
    name = _list_name(keys, descending)
    order = tuple_(*keys)
    if after:
        mark = tuple_(*_unpack(after, name))
        rows = rows.where(order < mark if descending else order > mark)
    rows = rows.order_by(*(key.desc() if descending else key.asc() for key in keys))
    result = db.session.execute(rows.limit(limit + 1))
    found = list(result.scalars().unique() if scalars else result)
    more, found = len(found) > limit, found[:limit]
    return Page(found, _pack(found[-1], keys, name) if more else None)


def _ensure_never_empty(keys: Sequence[Key]) -> None:
    for key in keys:
        column = key.expression if isinstance(key, InstrumentedAttribute) else key
        if getattr(column, "nullable", False):
            raise TypeError(f"{key} may be empty: order by coalesce({key}, …).label(…) instead.")


def _list_name(keys: Sequence[Key], descending: bool) -> str:
    """Tell one list from another by what it is ordered by; its cursors fit no other."""
    owners = [key.class_.__name__ if isinstance(key, InstrumentedAttribute) else "" for key in keys]
    order = ",".join(f"{owner}.{key.key}" for owner, key in zip(owners, keys, strict=True))
    return f"{order} {'down' if descending else 'up'}"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="cursor")


def _pack(row: Any, keys: Sequence[Key], name: str) -> str:
    values = [getattr(row, str(key.key)) for key in keys]
    return _signer().dumps([name, [_plain(value) for value in values]])


def _unpack(cursor: str, name: str) -> list[Any]:
    try:
        made_for, values = _signer().loads(cursor)
    except (BadSignature, ValueError, TypeError) as error:
        raise _unknown_cursor() from error
    if made_for != name:
        raise _unknown_cursor()
    return [_rich(value) for value in values]


def _unknown_cursor() -> BrokenInput:
    return BrokenInput([("after", sentence("Take the cursor from the list's own next link."))])


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    return {"d": value.isoformat()} if isinstance(value, date) else value


def _rich(value: Any) -> Any:
    if isinstance(value, dict):
        if "t" in value:
            return datetime.fromisoformat(value["t"])
        return date.fromisoformat(value["d"])
    return value
