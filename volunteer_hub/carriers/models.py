"""What all workers share of each carrier: its health, its weight and its bucket."""

from datetime import datetime

from sqlalchemy import ARRAY, CheckConstraint, Float, SmallInteger, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_hub.carriers.rules.health import CARRIER_STATES, CHANNELS, MOST_WEIGHT, Breaker
from volunteer_hub.foundation.database import Id, Model, quoted


class Carrier(Model):
    """A server of the settings.  It is only written to when it fails, recovers or has a limit.

    `moved_at` is when a failure last took points from its weight, `drifted_at` when it last got
    some back. `tokens` are how many messages may leave at `refilled_at` if there is a limit.
    """

    __tablename__ = "carrier"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint(f"channel in ({quoted(CHANNELS)})", name="channel_is_known"),
        CheckConstraint(f"state in ({quoted(CARRIER_STATES)})", name="state_is_known"),
        CheckConstraint(f"weight between 0 and {MOST_WEIGHT}", name="weight_is_a_share"),
        CheckConstraint(f"resting between 0 and {MOST_WEIGHT}", name="resting_is_a_share"),
        CheckConstraint("per_second > 0", name="limit_lets_something_through"),
        CheckConstraint("tokens >= 0", name="bucket_is_not_overdrawn"),
        CheckConstraint("in_a_row >= 0", name="row_is_counted"),
        CheckConstraint(
            "(state = 'closed') = (opened_at is null) and (opened_at is null) = (probe_at is null)",
            name="open_has_its_times",
        ),
    )

    id: Mapped[Id]
    name: Mapped[str]
    channel: Mapped[str]
    weight: Mapped[int] = mapped_column(SmallInteger)
    resting: Mapped[int] = mapped_column(SmallInteger)
    moved_at: Mapped[datetime | None]
    drifted_at: Mapped[datetime | None]

    state: Mapped[str] = mapped_column(server_default="closed")
    in_a_row: Mapped[int] = mapped_column(server_default="0")
    failures: Mapped[list[datetime]] = mapped_column(
        ARRAY(TIMESTAMP(timezone=True)), server_default="{}"
    )
    opened_at: Mapped[datetime | None]
    probe_at: Mapped[datetime | None]

    per_second: Mapped[float | None] = mapped_column(Float)
    tokens: Mapped[float] = mapped_column(Float, server_default="0")
    refilled_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    @property
    def breaker(self) -> Breaker:
        return Breaker(self.state, self.in_a_row, self.failures, self.opened_at, self.probe_at)
