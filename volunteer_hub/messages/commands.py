"""The outbox from the command line: its numbers, a drain by hand, failed letters put back."""

import json
from typing import Any

import click

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.database import database_now, transaction
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.messages import actions
from volunteer_hub.messages.queries import outbox as queries


@click.group("messages")
def group() -> None:
    """Look into the outbox, deliver what is due, put failed messages back."""


commands = (group,)
as_json = click.option("--json", "in_json", is_flag=True, help="Print JSON, for programs.")


@group.command()
@as_json
def status(in_json: bool) -> None:
    """Show the outbox in numbers."""
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
    lately: dict[str, int] = {}
    for line in numbers.counted:
        name = f"{line.channel} {line.state}"
        lately[name] = lately.get(name, 0) + line.letters
    _say(facts | ({"last_7_days": lately} if in_json else lately), in_json=in_json)


@group.command()
@click.option("--seconds", default=60.0, show_default=True, help="Stop after this long.")
@as_json
def drain(seconds: float, in_json: bool) -> None:
    """Deliver what is due now; safe beside the workers."""
    _say(actions.deliver(clock=database_now, seconds=seconds).as_dict(), in_json=in_json)


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
