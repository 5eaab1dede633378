"""One letter at a time, for drills that look at what becomes of each."""

from datetime import timedelta

from bench.faults.ground import Ground
from bench.reminders import with_drill_letters
from volunteer_hub.foundation.database import database_now, transaction
from volunteer_hub.messages.actions import post_letter
from volunteer_hub.messages.rules.readers import Reader

STATE = "select state from message where key = '{}'"


def post_one(place: Ground, key: str, *, channel: str, on_unknown: str = "hold") -> str:
    """Post a letter that is due now; give the key it is found under."""
    number = int(key.rpartition(":")[2])
    reader = Reader(
        recipient_id=number,
        name=f"邻居{number}",
        language="zh",
        email=f"neighbour{number}@example.org",
        phone=f"+86139{number:08d}",
        channels=frozenset({channel}),
    )
    with with_drill_letters(place.app), place.app.app_context(), transaction():
        now = database_now()
        post_letter(
            "drill",
            to=reader,
            kind="drill",
            key=key,
            topic=key,
            facts={"title": "共享集市", "starts_at": now, "ends_at": now + timedelta(hours=4)},
            due_at=now,
            expires_at=now + timedelta(hours=2),
            on_unknown=on_unknown,
        )
    return f"{key}:{channel}"


def state_of(place: Ground, key: str) -> str:
    """Name the state a letter is in; `delivered` is `sent`, and heard of by receipt."""
    return place.ask(STATE.format(key))[0][0].replace("delivered", "sent")
