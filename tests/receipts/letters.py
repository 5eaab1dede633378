"""Letters in any state, as they lie in the outbox when a receipt speaks of them."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.models import Attempt, Message, Suppression
from volunteer_hub.receipts import actions
from volunteer_hub.receipts.models import Receipt
from volunteer_hub.receipts.rules.outcomes import Heard

ADDRESS = "mei@example.org"
PHONE = "+8613812345678"
HOUR = timedelta(hours=1)


def make_letter(state: str = "sent", *, left: bool = True, **more: Any) -> Message:
    """Put one letter into the outbox; `left`: an attempt went behind the point of no return."""
    now, uuid = database_now(), uuid4()
    at_work = state in ("claimed", "sending")
    values: dict[str, Any] = {
        "uuid": uuid,
        "key": f"letter:{uuid}",
        "kind": "shift-reminder-24h",
        "channel": "email",
        "topic": "shift:1",
        "address": ADDRESS,
        "language": "en",
        "body_text": "Tomorrow",
        "subject": "Reminder",
        "due_at": now - HOUR,
        "try_at": now - HOUR,
        "expires_at": now + 24 * HOUR,
        "dated_at": now - HOUR,
        "message_id": f"<{uuid}@hub.test>",
        "state": state,
        "lease_until": now + timedelta(seconds=60) if at_work else None,
        "token": uuid4() if at_work or state == "unknown" else None,
        "sent_at": now if state in ("sent", "delivered", "bounced", "complained") else None,
        "settled_at": now if state in ("delivered", "bounced", "complained", "failed") else None,
    }
    letter = Message(**(values | more))
    with transaction():
        db.session.add(letter)
        db.session.flush()
        if left:
            db.session.add(Attempt(message_id=letter.id, token=uuid4(), phase="sending"))
    return letter


def hear(
    letter: Message | UUID | str,
    says: str,
    *,
    blame: str = "nobody",
    event: str = "",
    answer: str = "",
    carrier: str = "kannel",
) -> int:
    """Keep one receipt; say whether it is new."""
    uuid = letter.uuid if isinstance(letter, Message) else letter
    by_uuid = uuid if isinstance(uuid, UUID) else None
    reference = uuid if isinstance(uuid, str) else None
    name = event or str(uuid4())
    with transaction():
        heard = Heard(carrier, name, by_uuid, reference, says, blame, answer)
        return actions.keep([heard], now=database_now())


def apply_all(**later: float) -> None:
    """Apply whatever waits, with the clock moved on."""
    with transaction():
        actions.apply_waiting(now=database_now() + timedelta(**later), limit=1000)


def state_of(letter: Message) -> str:
    return again(letter).state


def again(letter: Message) -> Message:
    """Read a letter as it is now."""
    wanted = select(Message).where(Message.id == letter.id)
    return db.session.scalars(wanted, execution_options={"populate_existing": True}).one()


def receipts() -> list[Receipt]:
    wanted = select(Receipt).order_by(Receipt.id)
    return list(db.session.scalars(wanted, execution_options={"populate_existing": True}))


def suppressed() -> dict[str, str]:
    """Give the reason for each masked address that is not written to."""
    wanted = select(Suppression)
    found = db.session.scalars(wanted, execution_options={"populate_existing": True})
    return {one.masked: one.reason for one in found}
