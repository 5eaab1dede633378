"""`hub doctor`: one line per check, a sentence per fault."""

import json
from dataclasses import asdict

import click
from sqlalchemy.exc import OperationalError

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.home.queries import health
from volunteer_hub.home.rules import Check, judge


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(as_json: bool) -> None:
    """Check settings, database, migrations, broker, workers and letters; exit 1 on a fault."""
    try:
        checks = judge(health.observe(now=utc_now()), now=utc_now())
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        checks = [Check("database", False, f"It does not answer ({reason}): see DATABASE_URL.")]
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks]))
    else:
        for check in checks:
            click.echo(f"{'ok   ' if check.fine else 'FAULT'} {check.name:<11} {check.said}")
    if not all(check.fine for check in checks):
        raise SystemExit(1)


commands = (doctor,)
