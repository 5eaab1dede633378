"""Ask people by SMS, let them write back, and read what they are told."""

from datetime import datetime

from sqlalchemy import select, update

from volunteer_hub.dispatch.actions import claiming, recording
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.models import IncomingSms, Message
from volunteer_hub.messages.queries import outbox as queries
from volunteer_hub.replies.actions import by_text
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup


def asked(shift: Shift, kind: str = "shift-reminder-2h", *, at: datetime | None = None) -> None:
    """Let the letters of this kind about the shift have left, just now or at that time."""
    with transaction():
        left = update(Message).where(Message.topic == f"shift:{shift.id}", Message.kind == kind)
        db.session.execute(left.values(state="sent", sent_at=at or database_now()))


def write(phone: str | None, text: str) -> str | None:
    """Let somebody write to us, and us deal with it; give what came of it."""
    assert phone
    with transaction():
        count = len(db.session.scalars(select(IncomingSms)).all())
        db.session.add(IncomingSms(sender=phone, text=text, reference=str(count)))
    with transaction():
        return by_text.answer_next(now=database_now())


def texts_to(phone: str | None, *kinds: str) -> list[str]:
    """List the texts of these kinds that wait to leave for a phone."""
    db.session.expire_all()
    found = select(Message.body_text).where(
        Message.address == phone,
        Message.channel == "sms",
        Message.kind.in_(kinds or ("reply-done", "reply-help", "reply-opted-out")),
        Message.state == "pending",
    )
    return list(db.session.scalars(found.order_by(Message.id)))


def now_of(signup: Signup) -> Signup:
    """Read a sign-up afresh."""
    return db.session.get_one(Signup, signup.id, populate_existing=True)


def leaving(address: str | None, channel: str = "sms") -> set[str]:
    """Name the kinds of the letters to an address that cross the point of no return now."""
    left: set[str] = set()
    with transaction():
        now = database_now()
        parcels = claiming.claim(now=now, channels={channel}, limit=100, lanes=queries.LANES)
        claiming.begin(parcels, now=now)
        for parcel in parcels:
            kind = db.session.scalar(select(Message.kind).where(Message.id == parcel.id))
            if recording.mark(parcel, now=database_now()) and parcel.address == address:
                left.add(kind or "")
    return left
