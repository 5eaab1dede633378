"""The outbox from the command line: its numbers, a drain by hand, failed letters put back."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from volunteer_hub.dispatch.actions import deliver
from volunteer_hub.foundation import audit, heartbeat
from volunteer_hub.foundation.database import database_now, transaction
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.messages import actions
from volunteer_hub.messages.queries import lateness
from volunteer_hub.messages.queries import outbox as queries
from volunteer_hub.messages.rules.lateness import silences


@click.group("messages")
def group() -> None:
    """Look into the outbox, deliver what is due, put failed messages back."""


commands = (group,)
as_json = click.option("--json", "in_json", is_flag=True, help="Print JSON, for programs.")


@group.command()
@as_json
def status(in_json: bool) -> None:
    """Show the outbox in numbers, how late letters left, and what is silent."""
    now = database_now()
    numbers = queries.outbox_numbers(now=now)
    oldest = numbers.oldest_due
    waits = round((now - oldest).total_seconds()) if oldest else 0
    facts: dict[str, Any] = {
        "due": numbers.due,
        "oldest_due_seconds": max(waits, 0),
        "planned": numbers.planned,
        "at_work": numbers.at_work,
        "unknown": numbers.unknown,
    }
    facts |= _punctuality(now)
    lately: dict[str, int] = {}
    for line in numbers.counted:
        name = f"{line.channel} {line.state}"
        lately[name] = lately.get(name, 0) + line.letters
    silent = {one.part: one.minutes for one in silences(heartbeat.last_beats(), now=now)}
    if in_json:
        kinds = [asdict(one) for one in lateness.by_kind(numbers.counted)]
        facts |= {"last_7_days": lately, "by_kind": kinds, "silent_minutes": silent}
    else:
        facts |= lately | {f"silent {part}, minutes": span for part, span in silent.items()}
    _say(facts, in_json=in_json)


def _punctuality(now: datetime) -> dict[str, int]:
    """Count what was due in the last 24 h, and how much of it left how soon."""
    left, letters = lateness.letters_within(now=now)
    said = {"due_last_24_h": letters}
    return said | {f"left_within_{seconds}_s": count for seconds, count in left.items()}


@group.command()
@click.option("--seconds", default=60.0, show_default=True, help="Stop after this long.")
@as_json
def drain(seconds: float, in_json: bool) -> None:
    """Deliver what is due now; safe beside the workers."""
    _say(deliver(clock=database_now, seconds=seconds).as_dict(), in_json=in_json)


@group.command()
@click.option("--id", "message_id", type=int, help="One message; without it all that failed.")
@as_json
def retry(message_id: int | None, in_json: bool) -> None:
    """Put failed messages back whose time is not over."""
    try:
        with transaction():
            if message_id is None:
                done = actions.retry_all(now=database_now())
            else:
                actions.retry(message_id, now=database_now())
                done = 1
            audit.record("sent-again", f"message:{message_id or 'all-failed'}", messages=done)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    _say({"put_back": done}, in_json=in_json)


def _say(facts: dict[str, Any], *, in_json: bool) -> None:
    if in_json:
        click.echo(json.dumps(facts))
        return
    for name, value in facts.items():
        click.echo(f"{name.replace('_', ' ')}: {value}")
