"""`hub impact`: rebuild the roll-ups, compare them with the facts, add what waits."""

import json
from dataclasses import asdict

import click

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.impact import actions


@click.group("impact")
def group() -> None:
    """Roll-ups of the public figures: rebuild, verify, compile."""


@group.command("rebuild")
def rebuild() -> None:
    """Compute every roll-up from the facts again; readers see the old ones until it is done."""
    with transaction():
        made = actions.rebuild(now=utc_now())
    click.echo(f"rebuilt {made} cells")


@group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def verify(as_json: bool) -> None:
    """Compare the roll-ups with the facts; name each difference and exit 1 when there is one."""
    with transaction():
        found = actions.verify(now=utc_now())
    if as_json:
        click.echo(json.dumps({"differences": [asdict(one) for one in found]}, default=str))
    else:
        for difference in found:
            click.echo(str(difference))
        click.echo(f"{len(found)} differences")
    if found:
        raise SystemExit(1)


@group.command("compile")
def compile_pending() -> None:
    """Add all changes that wait; what the worker does by itself."""
    done, batch = 0, 1
    while batch:
        with transaction():
            batch = actions.compile_cells(now=utc_now())
        done += batch
    click.echo(f"added {done} changes")


commands = (group,)
