"""Write no more to an address, or again."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from volunteer_hub.foundation.database import db
from volunteer_hub.messages.models import Suppression
from volunteer_hub.messages.queries.suppressions import place_of
from volunteer_hub.messages.rules.readers import address_hash, mask


def suppress(
    channel: str,
    address: str,
    *,
    reason: str,
    letter_id: int | None = None,
    until: datetime | None = None,
) -> None:
    """Write no more to this address on this channel; with soft bounces only until then.

    Whatever else is known of it counts more than a pause, and is not overwritten by one.
    """
    row = insert(Suppression).values(
        channel=channel,
        address_hash=address_hash(channel, address),
        reason=reason,
        until=until,
        masked=mask(address),
        place_path=place_of(letter_id),
        message_id=letter_id,
    )
    new = {name: row.excluded[name] for name in ("reason", "until", "place_path", "message_id")}
    paused = row.on_conflict_do_update(
        index_elements=[Suppression.channel, Suppression.address_hash],
        set_=new,
        where=Suppression.until.is_not(None),
    )
    db.session.execute(paused)


def unsuppress(channel: str, address: str) -> None:
    """Write to this address again."""
    db.session.execute(
        delete(Suppression).where(
            Suppression.channel == channel,
            Suppression.address_hash == address_hash(channel, address),
        )
    )
