"""Places from the command line."""

import click

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.places import actions, queries
from volunteer_hub.places.rules import KINDS


@click.group("places")
def group() -> None:
    """List the tree of places and let it grow."""


@group.command("list")
def list_() -> None:
    """Print every place, one a line: code, kind and name, indented by its depth."""
    for place in queries.list_places():
        click.echo(f"{'  ' * (place.depth - 1)}{place.code}  {place.kind}  {place.name_zh}")


@group.command()
@click.option("--code", required=True, help="Small letters, digits and hyphens; it stays.")
@click.option("--kind", required=True, type=click.Choice(KINDS))
@click.option("--name", "name_zh", required=True, help="The name in Chinese.")
@click.option("--name-en", help="The name in English.")
@click.option("--below", help="The code of the place it lies in; left out at the top.")
@click.option("--address", "address_zh", help="The address in Chinese.")
@click.option("--address-en", help="The address in English.")
@click.option("--phone", help="The public phone number.")
def add(below: str | None, **facts: str) -> None:
    """Add a place and print its path."""
    parent = queries.find_by_code(below) if below else None
    if below and parent is None:
        raise click.ClickException(f"There is no place {below}; see: hub places list")
    try:
        with transaction():
            place = actions.add_place(parent=parent, **facts)
            audit.record("added-place", f"place:{place.id}", place_path=place.path)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(place.path)


commands = (group,)
