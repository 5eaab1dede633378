"""Keep the roll-ups in step with the facts: note changes, add them up, build anew, compare."""

from collections.abc import Sequence
from datetime import datetime

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.facts import Fact
from volunteer_hub.impact.models import StatRun
from volunteer_hub.impact.queries import cells
from volunteer_hub.impact.rules.figures import Difference

BATCH = 5000


def note_changes(*, facts: Sequence[Fact]) -> None:
    """Write down what a fact changes, in its own transaction; the compiler adds it later."""
    rows = [
        {
            "kind": fact.kind,
            "place_id": fact.place_id,
            "project_id": fact.project_id or 0,
            "day": fact.on,
            "amount": fact.amount,
            "rows": fact.rows,
            "person_id": fact.person_id,
        }
        for fact in facts
    ]
    cells.add_deltas(rows)


def compile_cells(*, now: datetime, limit: int = BATCH) -> int:
    """Add pending changes to their cells, one compiler at a time; say how many.

    Taking a change out and adding it is one transaction: killed before the commit nothing
    happened, after it everything did. Zero means that nothing waits or somebody else is at it.
    """
    if not cells.lock_roll_ups(wait=False):
        return 0
    taken = cells.apply_deltas(limit)
    if taken:
        cells.drop_nothing()
        db.session.add(StatRun(kind="compile", started_at=now, changes=taken))
    return taken


def rebuild(*, now: datetime) -> int:
    """Compute every cell from the facts again; say how many there are.

    Readers see the old cells until the commit; compilers wait. Pending changes whose facts are
    counted here are dropped in the same moment, see `cells.rebuild_kinds`.
    """
    cells.allow_long()
    cells.lock_roll_ups(wait=True)
    cells.drop_all_cells()
    made = sum(cells.rebuild_kinds(word) for word in cells.FACTS)
    db.session.add(StatRun(kind="rebuild", started_at=now, changes=made))
    return made


def verify(*, now: datetime) -> list[Difference]:
    """Compare the roll-ups with the facts and name every cell that differs; changes nothing."""
    cells.allow_long()
    found = cells.find_differences()
    db.session.add(StatRun(kind="verify", started_at=now, differences=len(found)))
    return found
