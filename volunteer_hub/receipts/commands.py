"""Receipts from the command line: a report piped in by the mail server, and the secrets."""

import sys

import click

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.settings import settings
from volunteer_hub.receipts import actions
from volunteer_hub.receipts.rules.outcomes import ReceiptIsUnreadable
from volunteer_hub.receipts.rules.reports import read_report
from volunteer_hub.receipts.rules.signing import own_secret

DATA_ERROR = 65  # sysexits.h: a mail server returns such a report, and does not try it again


@click.group("receipts")
def group() -> None:
    """Take in what carriers and mail servers say of letters."""


commands = (group,)


@group.command()
def mail() -> None:
    """Read one report of a mail server (RFC 3464, RFC 5965) from standard input."""
    try:
        heard = read_report(sys.stdin.buffer.read())
    except ReceiptIsUnreadable as refusal:
        click.echo(str(refusal), err=True)
        raise SystemExit(DATA_ERROR) from refusal
    with transaction():
        kept = actions.keep(heard, now=utc_now())
    click.echo(f"kept: {kept}")


@group.command()
@click.argument("carrier")
def secret(carrier: str) -> None:
    """Print the secret with which a carrier (or "mail") signs what it reports."""
    click.echo(own_secret(carrier, key=settings().secret_key))
