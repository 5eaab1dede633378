"""The ledger of each project: awarded, paid out and spent, three columns that are never mixed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.funding.rules import KINDS, STATES
from volunteer_hub.people.models import Person
from volunteer_hub.projects.models import Project


class Entry(Model):
    """One line of the ledger, in minor units. It counts once a second person approved it.

    kind: awarded (a funder's agreement), paid_out (money handed over), spent (an expense).
    A wrong line is never changed: a reversing line takes it back, approved by a second person
    too, and the right line is the voucher's next edition.
    """

    __tablename__ = "funding_entry"
    __table_args__ = (
        CheckConstraint(f"kind in ({quoted(KINDS)})", name="kind_is_known"),
        CheckConstraint(f"state in ({quoted(STATES)})", name="state_is_known"),
        CheckConstraint(
            "(reverses_id is null and amount_fen > 0)"
            " or (reverses_id is not null and amount_fen < 0)",
            name="only_reversals_are_negative",
        ),
        CheckConstraint("approved_by <> created_by", name="approved_by_a_second_person"),
        CheckConstraint(
            "state <> 'approved' or (approved_at is not null and approved_by is not null)",
            name="approval_is_signed",
        ),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_iso"),
        CheckConstraint("state <> 'rejected' or reason is not null", name="rejection_has_a_reason"),
        CheckConstraint("voucher_no <> '' and counterparty_zh <> ''", name="has_a_voucher"),
        Index(
            "uq_funding_entry_reverses_id",
            "reverses_id",
            unique=True,
            postgresql_where=text("state <> 'rejected'"),
        ),
        Index(
            "uq_funding_entry_voucher",
            "project_id",
            "kind",
            "voucher_no",
            "edition",
            unique=True,
            postgresql_where=text("reverses_id is null and state <> 'rejected'"),
        ),
        Index("ix_funding_entry_project_id", "project_id", "kind", "occurred_on", "id"),
        Index("ix_funding_entry_waiting", "id", postgresql_where=text("state = 'draft'")),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    kind: Mapped[str]
    amount_fen: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3), server_default="CNY")
    occurred_on: Mapped[date] = mapped_column(Date)
    counterparty_zh: Mapped[str]  # the funder, or who was paid
    counterparty_en: Mapped[str | None]
    voucher_no: Mapped[str]  # agreement, transfer or receipt number
    edition: Mapped[int] = mapped_column(SmallInteger, server_default="1")  # 2 after a reversal
    purpose_zh: Mapped[str] = mapped_column(server_default="")  # of a reversal: why
    purpose_en: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default="draft")
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("funding_entry.id"))
    reason: Mapped[str | None]  # why it was rejected

    project: Mapped[Project] = relationship(lazy="raise")
    creator: Mapped[Person] = relationship(foreign_keys=[created_by], lazy="raise")
    approver: Mapped[Person | None] = relationship(foreign_keys=[approved_by], lazy="raise")
    reverses: Mapped["Entry | None"] = relationship(remote_side="Entry.id", lazy="raise")

    @property
    def is_reversal(self) -> bool:
        return self.reverses_id is not None
