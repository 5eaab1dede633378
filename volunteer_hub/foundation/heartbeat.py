"""Signs of life in the database: beat, workers and web write when they last lived and worked."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_hub.foundation.database import Model, db

QUIET_FOR = timedelta(seconds=30)  # longer silence means the part is down


class Heartbeat(Model):
    """The last sign of life of one part of the service: beat, worker, web."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime]
    detail: Mapped[str] = mapped_column(server_default="")


def beat(name: str, *, now: datetime, detail: str = "") -> None:
    """Say that this part lives."""
    sign = insert(Heartbeat).values(name=name, beat_at=now, detail=detail)
    db.session.execute(
        sign.on_conflict_do_update(
            index_elements=[Heartbeat.name], set_={"beat_at": now, "detail": detail}
        )
    )


def last_beats() -> dict[str, datetime]:
    """Give the last sign of life of every part that ever lived."""
    rows = db.session.execute(select(Heartbeat.name, Heartbeat.beat_at))
    return {row.name: row.beat_at for row in rows}


def silent(name: str, *, now: datetime, quiet_for: timedelta = QUIET_FOR) -> bool:
    """Tell whether the part has not been heard for too long, or never."""
    seen = last_beats().get(name)
    return seen is None or now - seen > quiet_for
