"""The statements that keep the roll-ups: add pending changes, build anew, compare with the facts.

Each is one statement on purpose: everything in it sees one moment.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    delete,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import Insert, insert

from volunteer_hub.foundation.database import db
from volunteer_hub.impact.models import Cell, CellDelta, CellPerson
from volunteer_hub.impact.queries.facts import FACTS
from volunteer_hub.impact.queries.rollups import total
from volunteer_hub.impact.rules.figures import Difference
from volunteer_hub.impact.rules.measures import HOURS

ONE_AT_A_TIME = 0x696D70616374  # the advisory lock of compiler and rebuilder: "impact"
CELL = ("kind", "place_id", "project_id", "day")
PERSON = (*CELL, "person_id")
SUMS = ("amount", "rows")
HELD = ("rolled_up_amount", "rolled_up_rows")

RollUp = type[Cell] | type[CellPerson]
Columns = tuple[str, ...]


def add_deltas(rows: Sequence[dict[str, Any]]) -> None:
    """Write pending changes."""
    db.session.execute(insert(CellDelta), rows)


def lock_roll_ups(*, wait: bool) -> bool:
    """Take the roll-ups for this transaction; without `wait` give up when somebody has them."""
    if not wait:
        taken = select(func.pg_try_advisory_xact_lock(ONE_AT_A_TIME))
        return db.session.execute(taken).scalar_one()
    db.session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    return True


def allow_long() -> None:
    """Lift the limit on statements for this transaction: going through all facts takes time."""
    db.session.execute(select(func.set_config("statement_timeout", "0", True)))


def apply_deltas(limit: int) -> int:
    """Take some pending changes out, the oldest first, add them to their cells; say how many."""
    oldest = select(CellDelta.id).order_by(CellDelta.id).limit(limit)
    gone = delete(CellDelta).where(CellDelta.id.in_(oldest.with_for_update(skip_locked=True)))
    taken = gone.returning(*(getattr(CellDelta, name) for name in (*PERSON, *SUMS))).cte("taken")
    done = (
        select(func.count())
        .select_from(taken)
        .add_cte(_added(Cell, CELL, taken))
        .add_cte(_added(CellPerson, PERSON, taken, taken.c.person_id.is_not(None)))
    )
    return db.session.execute(done).scalar_one()


def _added(table: RollUp, key: Columns, changes: CTE, *where: ColumnElement[bool]) -> CTE:
    new = _summed_into(table, key, changes, *where)
    upsert = new.on_conflict_do_update(
        index_elements=key,
        set_={name: getattr(table, name) + new.excluded[name] for name in SUMS},
    )
    return upsert.returning(table.id).cte(f"added_{table.__tablename__}")


def _summed_into(
    table: RollUp, key: Columns, rows: FromClause, *where: ColumnElement[bool]
) -> Insert:
    """Insert the sums of rows; in one order always, as all who write should lock."""
    by = [rows.c[name] for name in key]
    sums = select(*by, *(total(rows.c[name]) for name in SUMS)).where(*where)
    return insert(table).from_select([*key, *SUMS], sums.group_by(*by).order_by(*by))


def drop_nothing() -> None:
    """Drop the cells that came to nothing; a partial index finds them."""
    for table in (Cell, CellPerson):
        db.session.execute(delete(table).where(table.amount == 0, table.rows == 0))


def drop_all_cells() -> None:
    """Empty the roll-ups; readers keep seeing them until the commit, unlike with TRUNCATE."""
    db.session.execute(delete(Cell))
    db.session.execute(delete(CellPerson))


def rebuild_kinds(word: str) -> int:
    """Compute the cells whose kind begins with the word, and drop their pending changes.

    One statement, one snapshot: the changes it drops are exactly those whose facts it sees,
    because both were committed together. A fact that commits a moment later keeps its change.

    :returns: how many cells there are
    """
    gone = delete(CellDelta).where(CellDelta.kind.startswith(word)).returning(CellDelta.id)
    facts = FACTS[word]()
    made = _summed_into(Cell, CELL, facts).returning(Cell.id).cte("made")
    done = select(func.count()).select_from(made).add_cte(gone.cte("gone"))
    if word == HOURS:
        people = _summed_into(CellPerson, PERSON, facts).returning(CellPerson.id)
        done = done.add_cte(people.cte("people"))
    return db.session.execute(done).scalar_one()


def find_differences() -> list[Difference]:
    """Compare the facts with the cells and the changes still pending; in step, nothing differs.

    Each of the two statements sees one moment, so nobody needs to be kept from writing.
    """
    cells = db.session.execute(_compare(Cell, CELL, FACTS)).mappings()
    people = db.session.execute(_compare(CellPerson, PERSON, [HOURS])).mappings()
    found = [Difference(**row, person_id=None) for row in cells]
    return found + [Difference(**row) for row in people]


def _compare(table: RollUp, key: Columns, words: Iterable[str]) -> Any:
    """Set what the facts say beside what the roll-ups hold, and keep what differs."""
    told = [_said(FACTS[word]().c, key, SUMS) for word in words]
    held, pending = _said(table, key, HELD), _said(CellDelta, key, HELD)
    if table is CellPerson:
        pending = pending.where(CellDelta.person_id.is_not(None))
    both = union_all(*told, held, pending).subquery().c
    by = [both[name] for name in key]
    sums = [total(both[name]).label(name) for name in (*SUMS, *HELD)]
    pairs = zip(SUMS, HELD, strict=True)
    differs = or_(*(func.sum(both[fact]) != func.sum(both[cell]) for fact, cell in pairs))
    return select(*by, *sums).group_by(*by).having(differs).order_by(*by)


def _said(source: Any, key: Columns, side: Columns) -> Any:
    """Select the key and four sums, of which only this side's pair says something."""
    by = [getattr(source, name).label(name) for name in key]
    own = dict(zip(side, SUMS, strict=True))
    sums = [
        (getattr(source, own[name]) if name in own else literal(0)).label(name)
        for name in (*SUMS, *HELD)
    ]
    return select(*by, *sums)
