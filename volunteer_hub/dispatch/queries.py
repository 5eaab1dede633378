"""Read what a statement is given for many rows at once, as arrays."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Select,
    TableValuedAlias,
    bindparam,
    column,
    func,
    select,
)

from volunteer_hub.messages.models import Message


def given(**columns: Any) -> TableValuedAlias:
    """Leave gaps for arrays of values, the_<name>, and read them as the columns of a table."""
    gaps = [bindparam(f"the_{name}", type_=ARRAY(like.type)) for name, like in columns.items()]
    named = [column(name, like.type) for name, like in columns.items()]
    return func.unnest(*gaps).table_valued(*named).render_derived(name="given")


def rows(those: TableValuedAlias) -> Select[Any]:
    """Read the rows that are given."""
    return select(*those.c)


def lock_free(those: TableValuedAlias, *conditions: ColumnElement[bool]) -> CTE:
    """Lock the given letters of which this is true and that nobody else holds."""
    mine = rows(those).join(Message, Message.id == those.c.ids)
    mine = mine.where(Message.token == those.c.tokens, *conditions)
    return mine.with_for_update(of=Message, key_share=True, skip_locked=True).cte("mine")
