"""Which carriers a setting names.

A setting names one address, or several with spaces between. Each may say what we call it, how
much it carries beside the others, and how many messages a second it bears:

    smpp://id:pw@one:2775?name=one&weight=60 smpp://id:pw@two:2775?name=two&weight=40&per_second=20
"""

from typing import NamedTuple
from urllib.parse import unquote

from volunteer_hub.carriers.rules.health import MOST_WEIGHT

OURS = ("name", "weight", "per_second")
ALONE = 100  # weight of a carrier of which nothing was said


class Way(NamedTuple):
    """One carrier as the operator wrote it; `url` without what only we read."""

    name: str
    channel: str
    url: str
    weight: int = ALONE
    per_second: float | None = None


def all_ways(*, smtp: str, sms: str) -> list[Way]:
    """Read the settings of both channels.

    :raises ValueError: if one cannot be read, or two have the same name
    """
    found = [*read_ways(smtp, "email"), *read_ways(sms, "sms")]
    names = [way.name for way in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"Two carriers are called {', '.join(twice)}.")
    return found


def read_ways(setting: str, channel: str) -> list[Way]:
    """Read the addresses of one channel; who has no name is called after it.

    :raises ValueError: if a weight or a limit is none
    """
    return [_read(url, channel, number) for number, url in enumerate(setting.split(), start=1)]


def _read(url: str, channel: str, number: int) -> Way:
    address, mark, query = url.partition("?")
    said, kept = {}, []
    for part in query.split("&") if mark else ():
        name, _, value = part.partition("=")
        if name in OURS:
            said[name] = unquote(value)
        else:
            kept.append(part)
    usual = channel if number == 1 else f"{channel}-{number}"
    return Way(
        name=said.get("name") or usual,
        channel=channel,
        url=f"{address}?{'&'.join(kept)}" if kept else address,
        weight=_weight(said.get("weight", str(ALONE))),
        per_second=_limit(said["per_second"]) if "per_second" in said else None,
    )


def _weight(written: str) -> int:
    if not (written.isascii() and written.isdecimal()) or int(written) > MOST_WEIGHT:
        raise ValueError(f"weight must be a whole number from 0 to {MOST_WEIGHT}.")
    return int(written)


def _limit(written: str) -> float:
    try:
        limit = float(written)
    except ValueError:
        limit = 0.0
    if not 0 < limit < float("inf"):
        raise ValueError("per_second must be a number above 0.")
    return limit
