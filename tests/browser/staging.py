"""What a play needs behind the stage: people to play it, their post, and time that passes."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import psycopg

import config
from tests.browser.conftest import ROOT, Service
from volunteer_hub.messages.queries import arrivals
from volunteer_hub.messages.queries.arrivals import Mail

ARRIVES_WITHIN = 30  # seconds
Thing = TypeVar("Thing")

# Nobody waits three days for a test, and the service's clock is nobody's to turn. So the shift
# itself moves closer, with everything that says when it is and when people came to it.
BRING_CLOSER = (
    "update activity set starts_at = starts_at - %(by)s, ends_at = ends_at - %(by)s"
    " where id = (select activity_id from shift where id = %(shift)s)",
    "update shift set starts_at = starts_at - %(by)s, ends_at = ends_at - %(by)s"
    " where id = %(shift)s",
    "update signup set during = tstzrange(lower(during) - %(by)s, upper(during) - %(by)s)"
    " where shift_id = %(shift)s",
    "update presence set checked_in_at = checked_in_at - %(by)s where shift_id = %(shift)s",
)


@dataclass(frozen=True)
class Part:
    """Somebody made for a play: how they are addressed, and how they like to read and work."""

    name: str
    email: str
    language: str  # zh or en
    javascript: bool
    id: int = 0
    number: str = ""  # the volunteer number


def hire(
    service: Service, parts: Mapping[str, Part], *, coordinators: tuple[str, ...]
) -> dict[str, Part]:
    """Open accounts for the parts at 甘家巷社区; some of them coordinate there."""
    asked = [{**asdict(part), "coordinates": who in coordinators} for who, part in parts.items()]
    found = zip(parts.items(), backstage(service, "hire", json.dumps(asked)), strict=True)
    return {who: replace(part, **facts) for (who, part), facts in found}


def backstage(service: Service, *arguments: str) -> Any:
    """Have something made inside the house; see backstage.py."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.backstage", *arguments],
        env=service.environ, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def bring_closer(service: Service, shift: int, *, begins: datetime) -> datetime:
    """Let time pass until the shift begins, or began, at this moment; give it on the wall clock."""
    settings = config.read(service.environ)
    with psycopg.connect(settings.database_url.replace("+psycopg", "")) as connection:
        found = connection.execute("select starts_at from shift where id = %s", [shift]).fetchone()
        assert found is not None
        for statement in BRING_CLOSER:
            connection.execute(statement, {"shift": shift, "by": found[0] - begins})
    return begins.astimezone(settings.timezone)


def arrived(look: Callable[[], Thing | None]) -> Thing:
    """Look again and again until something has come."""
    deadline = time.monotonic() + ARRIVES_WITHIN
    while time.monotonic() < deadline:
        found = look()
        if found is not None:
            return found
        time.sleep(0.2)
    raise AssertionError(f"nothing arrived within {ARRIVES_WITHIN} s")


def text_to(service: Service, number: str, pattern: str) -> re.Match[str] | None:
    texts = arrivals.texts(service.var / "inbox", to=number, limit=20)
    matches = (re.search(pattern, text.text) for text in texts)
    return next((match for match in matches if match), None)


def letter_to(service: Service, address: str, subject: str) -> Mail:
    """Wait for a letter to this address whose subject holds these words."""

    def look() -> Mail | None:
        letters = arrivals.mails(service.var / "inbox", to=address, limit=20)
        return next((letter for letter in letters if subject in letter.subject), None)

    return arrived(look)
