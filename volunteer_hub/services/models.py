"""The book of services rendered: how often somebody was served (人次), by whom it was checked."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.foundation.facts import Fact
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place
from volunteer_hub.projects.models import Project
from volunteer_hub.services.rules.records import MODES, STATES
from volunteer_hub.services.rules.sheets import IMPORT_STATES, Flaw


class ServiceRecord(Model):
    """Services rendered on a day at a place for a project. It counts once it is verified.

    person_times: every service to a person counts one (人次); persons_known: how many of them
    are known by name. A wrong record is taken back by a reversing one with negative numbers.
    Once settled a row never changes: a trigger refuses it.
    """

    __tablename__ = "service_record"
    __table_args__ = (
        CheckConstraint(f"mode in ({quoted(MODES)})", name="mode_is_known"),
        CheckConstraint(f"state in ({quoted(STATES)})", name="state_is_known"),
        CheckConstraint(
            "(reverses_id is null and person_times > 0"
            " and persons_known between 0 and person_times)"
            " or (reverses_id is not null and person_times < 0"
            " and persons_known between person_times and 0)",
            name="person_times_cover_persons",
        ),
        CheckConstraint("verified_by <> created_by", name="verified_by_a_second_person"),
        CheckConstraint(
            "(state = 'verified') = (verified_at is not null)"
            " and (verified_at is null) = (verified_by is null)",
            name="verified_by_someone_some_time",
        ),
        CheckConstraint(
            "(state = 'rejected') = (rejected_at is not null)"
            " and (rejected_at is null) = (rejected_by is null)"
            " and (rejected_at is null) = (coalesce(rejected_because, '') = '')",
            name="rejected_by_someone_for_a_reason",
        ),
        CheckConstraint(
            "(reverses_id is null) = (coalesce(reason, '') = '')", name="reversed_for_a_reason"
        ),
        Index(
            "uq_service_record_reverses_id",
            "reverses_id",
            unique=True,
            postgresql_where=text("state <> 'rejected'"),
        ),
        Index(
            "uq_service_record_row_key",
            "row_key",
            unique=True,
            postgresql_where=text("row_key is not null and state <> 'rejected'"),
        ),
        Index("ix_service_record_day", "occurred_on", "id"),
        Index("ix_service_record_place_id", "place_id", "occurred_on", "id"),
        Index("ix_service_record_project_id", "project_id", "occurred_on", "id"),
        Index("ix_service_record_created_by", "created_by", "occurred_on", "id"),
        Index(
            "ix_service_record_batch_id",
            "batch_id",
            "occurred_on",
            "id",
            postgresql_where=text("batch_id is not null"),
        ),
        Index("ix_service_record_waiting", "id", postgresql_where=text("state = 'draft'")),
        Index(
            "ix_service_record_state",  # few rows do not count, and lists of them stay short
            "state",
            "occurred_on",
            "id",
            postgresql_where=text("state <> 'verified'"),
        ),
    )

    id: Mapped[Id]
    occurred_on: Mapped[date] = mapped_column(Date)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    mode: Mapped[str]  # professional, outreach, other: exactly one
    service_type: Mapped[str]
    person_times: Mapped[int] = mapped_column(Integer)
    persons_known: Mapped[int] = mapped_column(Integer, server_default="0")
    evidence: Mapped[str] = mapped_column(server_default="")  # sign-in sheet no., photo ref.
    note: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="draft")
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verified_at: Mapped[datetime | None]
    rejected_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    rejected_at: Mapped[datetime | None]
    rejected_because: Mapped[str | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("service_record.id"))
    reason: Mapped[str | None]  # why it takes the other record back
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))
    batch_row: Mapped[int | None] = mapped_column(Integer)  # the row's number in its sheet
    row_key: Mapped[str | None]  # hash of the row's content: the same row counts once

    place: Mapped[Place] = relationship(lazy="raise")
    project: Mapped[Project | None] = relationship(lazy="raise")
    creator: Mapped[Person] = relationship(foreign_keys=[created_by], lazy="raise")
    verifier: Mapped[Person | None] = relationship(foreign_keys=[verified_by], lazy="raise")
    rejecter: Mapped[Person | None] = relationship(foreign_keys=[rejected_by], lazy="raise")
    batch: Mapped["ImportBatch | None"] = relationship(lazy="raise")
    original: Mapped["ServiceRecord | None"] = relationship(
        remote_side="ServiceRecord.id", lazy="raise"
    )
    reversal: Mapped["ServiceRecord | None"] = relationship(
        primaryjoin="and_(ServiceRecord.id == foreign(remote(ServiceRecord.reverses_id)),"
        " remote(ServiceRecord.state) != 'rejected')",
        uselist=False,
        viewonly=True,
        lazy="raise",
    )

    @property
    def fact(self) -> Fact:
        """What starts to count once this row is verified; a reversing row counts against."""
        return Fact(
            kind=f"service.{self.mode}",
            place_id=self.place_id,
            project_id=self.project_id,
            on=self.occurred_on,
            amount=self.person_times,
        )


class ImportBatch(Model):
    """One sheet that was handed in; a worker reads it, row by row, and can be stopped and go on.

    waiting: to be checked; running: its good rows are being written; done; failed: bad rows, so
    nothing was written.  A dry run is done once it is checked.
    """

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint(f"state in ({quoted(IMPORT_STATES)})", name="state_is_known"),
        CheckConstraint("rows_done <= rows_total", name="progress_is_within"),
        CheckConstraint("verifier_id <> created_by", name="verified_by_a_second_person"),
        Index(
            "uq_import_batch_content",
            "content_hash",
            unique=True,
            postgresql_where=text("not dry_run and state <> 'failed'"),
        ),
        Index("ix_import_batch_created_by", "created_by", "id"),
        Index("ix_import_batch_place_id", "place_id", "id"),
        Index(
            "ix_import_batch_waiting",
            "id",
            postgresql_where=text("state in ('waiting', 'running') or verifier_id is not null"),
        ),
    )

    id: Mapped[Id]
    file_name: Mapped[str]
    content_hash: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    dry_run: Mapped[bool]
    good_rows_only: Mapped[bool] = mapped_column(server_default=text("false"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))  # rows must lie at or below it
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    state: Mapped[str] = mapped_column(server_default="waiting")
    rows_total: Mapped[int] = mapped_column(Integer, server_default="0")
    rows_done: Mapped[int] = mapped_column(Integer, server_default="0")
    rows_new: Mapped[int] = mapped_column(Integer, server_default="0")
    rows_known: Mapped[int] = mapped_column(Integer, server_default="0")  # counted before
    rows_bad: Mapped[int] = mapped_column(Integer, server_default="0")
    problems: Mapped[list[Any]] = mapped_column(server_default="[]")  # {row, field, said, facts}
    finished_at: Mapped[datetime | None]
    verifier_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # verifies the rest

    place: Mapped[Place] = relationship(lazy="raise")
    creator: Mapped[Person] = relationship(foreign_keys=[created_by], lazy="raise")

    @property
    def flaws(self) -> list[Flaw]:
        """What is wrong with its rows; the first MOST_PROBLEMS of them."""
        return [Flaw(**problem) for problem in self.problems]
