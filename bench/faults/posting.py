"""Letters for drills: many that fall due one after another, or one to look at."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from bench.faults.ground import Ground
from volunteer_hub.foundation.database import database_now, transaction
from volunteer_hub.messages.actions import post_letter
from volunteer_hub.messages.rules.readers import Reader

BODY = """{% extends "mail/frame.html" %}
{% set plate_at = starts_at %}
{% block heading %}{{ reader.name }}，明天见{% endblock %}
{% block what %}<b>{{ title }}</b><br>{{ span(starts_at, ends_at) }}{% endblock %}
"""
TEMPLATES = {
    "mail/drill/subject.txt": "Reminder: {{ title }} {{ starts_at|day }}",
    "mail/drill/body.txt": "{{ reader.name }}\n{{ title }} {{ span(starts_at, ends_at) }}",
    "mail/drill/body.html": BODY,
    "sms/drill.txt": "您报名的{{ title }}{{ starts_at|day }}{{ starts_at|clock }}开始。",
}
BATCH = 500  # letters in a transaction
STATE = "select state from message where key = '{}'"


def post(
    app: Flask, key: str, size: int, *, channels: set[str] | None, spread: float, first: timedelta
) -> None:
    """Post reminders that fall due one after another, mail and SMS in turn unless told."""
    for numbers in _batches(app, size):
        now = database_now() + first
        for number in numbers:
            due = now + timedelta(seconds=spread * number / size)
            ways = channels or {("email", "sms")[number % 2]}
            _post(f"{key}:{number}", number, due, channels=ways, topic=f"drill:{number}")


def post_at(app: Flask, key: str, moments: Sequence[datetime], *, channels: set[str]) -> None:
    """Post a reminder for each moment."""
    for numbers in _batches(app, len(moments)):
        for number in numbers:
            topic = f"drill:{number}"
            _post(f"{key}:{number}", number, moments[number], channels=channels, topic=topic)


def _batches(app: Flask, size: int) -> Iterator[range]:
    """Count the letters up, each batch in a transaction of its own."""
    with with_drill_letters(app), app.app_context():
        for start in range(0, size, BATCH):
            with transaction():
                yield range(start, min(start + BATCH, size))


def post_one(place: Ground, key: str, *, channel: str, on_unknown: str = "hold") -> str:
    """Post a letter that is due now; give the key it is found under."""
    number = int(key.rpartition(":")[2])
    with with_drill_letters(place.app), place.app.app_context(), transaction():
        now = database_now()
        _post(key, number, now, channels={channel}, topic=key, on_unknown=on_unknown)
    return f"{key}:{channel}"


def state_of(place: Ground, key: str) -> str:
    """Name the state a letter is in; `delivered` is `sent`, and heard of by receipt."""
    return place.ask(STATE.format(key))[0][0].replace("delivered", "sent")


def _post(
    key: str,
    number: int,
    due: datetime,
    *,
    channels: set[str],
    topic: str,
    on_unknown: str = "hold",
) -> None:
    reader = Reader(
        recipient_id=number,
        name=f"邻居{number}",
        language="zh",
        email=f"neighbour{number}@example.org",
        phone=f"+86139{number:08d}",
        channels=frozenset(channels),
    )
    post_letter(
        "drill",
        to=reader,
        kind="drill",
        key=key,
        topic=topic,
        facts={"title": "共享集市", "starts_at": due, "ends_at": due + timedelta(hours=4)},
        due_at=due,
        expires_at=due + timedelta(hours=2),
        on_unknown=on_unknown,
    )


@contextmanager
def with_drill_letters(app: Flask) -> Iterator[None]:
    """Let the app find this drill's own letter while it is posted."""
    kept = app.jinja_env.loader
    assert kept is not None
    app.jinja_env.loader = ChoiceLoader([kept, DictLoader(TEMPLATES)])
    yield
    app.jinja_env.loader = kept
