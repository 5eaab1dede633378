"""Every select() on the fixed codes of posters."""

from sqlalchemy import select

from volunteer_hub.attendance.models import PosterCode
from volunteer_hub.foundation.database import db


def find_poster(shift_id: int) -> PosterCode | None:
    """Find the shift's poster while it is switched on."""
    wanted = select(PosterCode).where(PosterCode.shift_id == shift_id)
    wanted = wanted.where(PosterCode.revoked_at.is_(None))
    read_anew = {"populate_existing": True}
    return db.session.scalars(wanted, execution_options=read_anew).one_or_none()
