"""Play the Lanzhou story in, act by act; each act is one transaction and is played once."""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import config
from demo import book, cast, grants, living, market
from volunteer_hub.app import create_app
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.impact import actions as impact
from volunteer_hub.places import queries as places

Act = tuple[str, Callable[[], object]]


def acts(settings: config.Settings) -> Iterator[Act]:
    """Give every act in order, each with what it brings."""
    yield "places", cast.play_places
    yield "people", lambda: cast.play_people(with_passwords=settings.demo_sign_ins)
    yield "six projects and their money", grants.play
    yield "a market on every 5th of 2019", market.plan_year
    for day in market.market_days():
        yield f"the market of {day:%B %Y}", lambda day=day: market.play_month(day)
    yield "the shifts since last week", lambda: living.play_past(utc_now())
    yield "everyone can be reminded from now on", cast.wake
    yield "three weeks of coming shifts", lambda: living.play_coming(utc_now())
    yield "the coming markets", lambda: market.play_coming(utc_now())


def play(settings: config.Settings) -> None:
    """Play all acts; the service sheets bring their own transactions, as the worker does."""
    for title, act in acts(settings):
        print(f"  {title}", flush=True)
        with transaction():
            act()
    print("  the service sheets of 2019", flush=True)
    book.play()
    print("  the figures", flush=True)
    with transaction():
        impact.rebuild(now=utc_now())
    if settings.demo_sign_ins:
        _write_sign_ins(settings.var / "demo-sign-ins.txt")


def _write_sign_ins(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(cast.sign_ins())


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="hub demo load", description=__doc__)
    parser.add_argument("--if-empty", action="store_true", help="only into an empty database")
    given = parser.parse_args(arguments)
    settings = config.read()
    with create_app(settings, BELLS_SILENT=True).app_context():
        if given.if_empty and places.list_places():
            return
        print("Playing in the Lanzhou story …", flush=True)
        play(settings)


if __name__ == "__main__":
    main(sys.argv[1:])
