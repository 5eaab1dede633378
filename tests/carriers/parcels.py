"""A text message on its way, as the drain carries it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from volunteer_hub.carriers.channels.outcome import Parcel

NOON = datetime(2026, 3, 9, 4, tzinfo=UTC)


def a_text(text: str = "明早九点见。", *, to: str = "+8613812345678") -> Parcel:
    """Carry a text message that nobody claimed."""
    return Parcel(
        id=1,
        uuid=uuid4(),
        token=uuid4(),
        channel="sms",
        address=to,
        address_name="",
        subject="",
        body_text=text,
        body_html=None,
        message_id="",
        dated_at=NOON,
        expires_at=NOON + timedelta(hours=1),
        lane=0,
        attempts=0,
    )
