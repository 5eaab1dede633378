"""Accounts from the command line: open, give a role, make a link or a token."""

from datetime import timedelta

import click
from flask import current_app

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.policy import ROLES
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.people.actions import accounts, roles, tokens
from volunteer_hub.people.actions.sign_in import make_sign_in_link
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries import persons
from volunteer_hub.people.rules.proofs import SCOPES
from volunteer_hub.places.queries import find_by_code


@click.group("people")
def group() -> None:
    """Open accounts, give roles, make sign-in links and API tokens."""


@group.command()
@click.option("--name", help="The person's name.")
@click.option("--phone", help="A mobile number; +86 may be left out.")
@click.option("--email", help="An e-mail address.")
@click.option("--count", type=click.IntRange(1, 100_000), help="Open many accounts at once.")
@click.option("--prefix", default="load", show_default=True, help="What their names begin with.")
def create(
    name: str | None, phone: str | None, email: str | None, count: int | None, prefix: str
) -> None:
    """Open an account and print its id; with --count many, one id a line."""
    now = utc_now()
    try:
        with transaction():
            if count:
                ids = accounts.create_people(count=count, prefix=prefix, now=now)
            elif name:
                person = accounts.create_person(name=name, phone=phone, email=email, now=now)
                ids = [person.id]
            else:
                raise click.UsageError("Give --name with --phone or --email, or --count.")
            audit.record("added-people", f"person:{ids[0]}", count=len(ids))
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo("\n".join(map(str, ids)))


@group.command()
@click.option("--account", required=True, help="A phone or an e-mail address.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--place", "code", required=True, help="The code of a place.")
def grant(account: str, role: str, code: str) -> None:
    """Give a role for a place and everything below it."""
    person, place = _find(account), find_by_code(code)
    if place is None:
        raise click.ClickException(f"There is no place {code}; see: hub places list")
    try:
        with transaction():
            facts = {"role": role, "place": place, "granted_by": None}
            roles.grant_role(person=person, now=utc_now(), **facts)
            audit.record("granted-role", f"person:{person.id}", place_path=place.path, role=role)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{person.volunteer_no} is {role} at {code} now.")


@group.command()
@click.option("--account", required=True, help="A phone or an e-mail address.")
def link(account: str) -> None:
    """Print a link that signs the person in once within a day."""
    person = _find(account)
    with transaction():
        token = make_sign_in_link(person=person, now=utc_now())
        audit.record("made-sign-in-link", f"person:{person.id}")
    click.echo(f"{current_app.config['SETTINGS'].public_url}/sign-in/link/{token}")


@group.command()
@click.option("--account", help="A phone or an e-mail address.")
@click.option("--prefix", help="Every account that create --count made with this prefix.")
@click.option("--name", default="command line", show_default=True, help="What it is for.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="Default: read.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 365))
def token(
    account: str | None, prefix: str | None, name: str, scopes: tuple[str, ...], days: int
) -> None:
    """Make an API token and print it alone on the last line; with --prefix one a line."""
    if (account is None) == (prefix is None):
        raise click.UsageError("Give either --account or --prefix.")
    ids = [_find(account).id] if account else persons.ids_by_prefix(prefix or "")
    if not ids:
        raise click.ClickException(f"There are no accounts {prefix}-…; see: hub people create")
    now = utc_now()
    with transaction():
        made = tokens.make_tokens(
            person_ids=ids,
            name=name,
            scopes=scopes or ("read",),
            expires_at=now + timedelta(days=days),
            now=now,
        )
        audit.record("made-token", f"person:{ids[0]}", count=len(ids), days=days)
    click.echo("\n".join(made))


def _find(account: str) -> Person:
    person = persons.find_by_address(account)
    if person is None:
        raise click.ClickException(f"No account has the phone or e-mail {account}.")
    return person


commands = (group,)
