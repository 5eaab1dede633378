"""Roll-ups of counted facts, and the changes that still wait to be added.

No foreign keys here: a cell outlives what it counts only until the next compile, and the
compiler must never wait for a lock on a place or a person.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.impact.rules.figures import RUNS

NOTHING = text("amount = 0 and rows = 0")  # what the compiler drops


class CellDelta(Model):
    """A change of one cell, written in the transaction of the fact and deleted when it is added."""

    __tablename__ = "cell_delta"

    id: Mapped[Id]
    kind: Mapped[str]
    place_id: Mapped[int]
    project_id: Mapped[int]  # 0: no project
    day: Mapped[date] = mapped_column(Date)
    amount: Mapped[int]
    rows: Mapped[int]
    person_id: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Cell(Model):
    """The sum of one kind of fact at one place, for one project, on one local day.

    `amount` is in the kind's own unit (person-times, fen, minutes); `rows` says how many facts
    stand behind it, reversing ones included. Both may go below zero when a fact was announced
    wrongly: the compiler goes on, and the verification names the cell.
    """

    __tablename__ = "cell"
    __table_args__ = (
        UniqueConstraint("kind", "place_id", "project_id", "day"),
        Index("ix_cell_day", "day", "kind"),
        Index("ix_cell_project_id", "project_id", "kind", "day"),
        Index("ix_cell_nothing", "id", postgresql_where=NOTHING),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    place_id: Mapped[int]
    project_id: Mapped[int]
    day: Mapped[date] = mapped_column(Date)
    amount: Mapped[int]
    rows: Mapped[int]


class CellPerson(Model):
    """That a person stands behind a cell, and with how much: people are counted, never summed."""

    __tablename__ = "cell_person"
    __table_args__ = (
        UniqueConstraint("kind", "place_id", "project_id", "day", "person_id"),
        Index("ix_cell_person_day", "kind", "day", "person_id"),
        Index("ix_cell_person_nothing", "id", postgresql_where=NOTHING),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    place_id: Mapped[int]
    project_id: Mapped[int]
    day: Mapped[date] = mapped_column(Date)
    person_id: Mapped[int]
    amount: Mapped[int]
    rows: Mapped[int]


class StatRun(Model):
    """One run of the compiler: what it added, or what a verification found."""

    __tablename__ = "stat_run"
    __table_args__ = (
        CheckConstraint(f"kind in ({quoted(RUNS)})", name="kind_is_known"),
        Index("ix_stat_run_kind", "kind", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    changes: Mapped[int] = mapped_column(server_default="0")
    differences: Mapped[int] = mapped_column(server_default="0")
