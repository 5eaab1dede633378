"""What can be asked of the carriers."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from volunteer_hub.carriers.models import Carrier
from volunteer_hub.foundation.database import db


def list_carriers(names: Collection[str]) -> Sequence[Carrier]:
    """Read these carriers as they are now."""
    wanted = select(Carrier).where(Carrier.name.in_(names)).order_by(Carrier.name)
    return db.session.scalars(wanted, execution_options={"populate_existing": True}).all()


def lock_carriers(names: Collection[str]) -> Sequence[Carrier]:
    """Read these carriers and keep others from changing them; always in the same order."""
    wanted = select(Carrier).where(Carrier.name.in_(names)).order_by(Carrier.name)
    return db.session.scalars(wanted.with_for_update()).all()
