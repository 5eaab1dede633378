"""What coordinators wrote to many at once."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, func, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.mailings.rules import AUDIENCES, STATES, Words
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place
from volunteer_hub.shifts.models import Shift


class Mailing(Model):
    """One letter to those of a shift, of an activity, or of a place alone.

    Its letters lie in the outbox under the topic mailing:<id>. `cursor` is the last person whom
    the worker has come to: a killed one goes on behind it, and nobody is written to twice.
    """

    __tablename__ = "mailing"
    __table_args__ = (
        CheckConstraint(f"state in ({quoted(STATES)})", name="state_is_known"),
        CheckConstraint(f"audience in ({quoted(AUDIENCES)})", name="audience_is_known"),
        CheckConstraint("num_nonnulls(shift_id, activity_id) <= 1", name="is_about_one_thing"),
        CheckConstraint(
            "audience = 'volunteers' or shift_id is not null or activity_id is not null",
            name="a_place_has_no_line",
        ),
        CheckConstraint(
            "channels <@ array['email', 'sms'] and cardinality(channels) > 0",
            name="goes_some_way",
        ),
        CheckConstraint("text_zh <> '' or text_en <> ''", name="says_something"),
        CheckConstraint("(state = 'draft') = (sent_at is null)", name="sent_has_a_time"),
        CheckConstraint(
            "(state = 'stopped') = (stopped_at is not null)", name="stopped_has_a_time"
        ),
        Index("ix_mailing_place_id", "place_id", "sent_at"),
        Index("ix_mailing_under_way", "id", postgresql_where=text("state = 'sending'")),
    )

    id: Mapped[Id]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    shift_id: Mapped[int | None] = mapped_column(ForeignKey("shift.id"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    audience: Mapped[str]
    channels: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    subject_zh: Mapped[str] = mapped_column(server_default="")
    text_zh: Mapped[str] = mapped_column(server_default="")
    subject_en: Mapped[str] = mapped_column(server_default="")
    text_en: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="draft")
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime | None]  # when the button was pressed
    stopped_at: Mapped[datetime | None]
    persons: Mapped[int] = mapped_column(Integer, server_default="0")  # as counted at the button
    letters: Mapped[int] = mapped_column(Integer, server_default="0")  # likewise
    done: Mapped[int] = mapped_column(Integer, server_default="0")  # persons the worker came to
    cursor: Mapped[int] = mapped_column(server_default="0")

    place: Mapped[Place] = relationship(lazy="raise")
    shift: Mapped[Shift | None] = relationship(lazy="raise")
    activity: Mapped[Activity | None] = relationship(lazy="raise")
    maker: Mapped[Person] = relationship(foreign_keys=[made_by], lazy="raise")

    @property
    def words(self) -> Words:
        return Words(
            subject_zh=self.subject_zh,
            text_zh=self.text_zh,
            subject_en=self.subject_en,
            text_en=self.text_en,
        )

    @property
    def topic(self) -> str:
        return f"mailing:{self.id}"
