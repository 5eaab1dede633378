"""Which room writes which letter, and out of what; None where there is nothing to write about."""

from collections.abc import Callable

from volunteer_hub.previews.actions import accounts, hours, promises, records, signups
from volunteer_hub.previews.actions.trying import Composed
from volunteer_hub.previews.rules import Wish

WRITERS: dict[str, Callable[[str, Wish], list[Composed] | None]] = {
    **signups.WRITERS,
    **promises.WRITERS,
    **hours.WRITERS,
    **records.WRITERS,
    **accounts.WRITERS,
}


def preview(kind: str, wish: Wish) -> list[Composed] | None:
    """Compose the letter of this kind as it would be written; nothing is sent or kept."""
    return WRITERS[kind](kind, wish) or None  # a letter that nobody wants is none
