"""The page of what came back, for whom it is, and how an address is written to again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import routes
from tests.receipts.letters import make_letter, suppressed
from tests.world import World
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.actions.suppressing import suppress
from volunteer_hub.messages.models import Suppression

AsPerson = Callable[..., FlaskClient]
HERE, FAR = "/baiyin/ganjiaxiang/", "/jiuquan/zhangjiayuan/"


def stop(address: str, *, path: str = HERE, reason: str = "hard-bounce") -> Suppression:
    """Stop an address at which a letter of this place came back."""
    letter = make_letter("bounced", address=address, place_path=path)
    until = database_now() + timedelta(days=7) if reason == "soft-bounces" else None
    with transaction():
        suppress("email", address, reason=reason, letter_id=letter.id, until=until)
    return db.session.scalars(select(Suppression).order_by(Suppression.id.desc())).first()  # type: ignore[return-value]


ROUTES = [
    ("GET", "/receipts", routes.only(200, supervisor=200, stranger=200)),
    ("GET", "/receipts/addresses/{stopped}", routes.only(200, supervisor=200)),
    ("POST", "/receipts/addresses/{stopped}", routes.only(303, supervisor=303)),
]
# An administrator keeps them everywhere; the column before the last but one.
ROUTES = [(m, p, (*s[:6], s[4], s[7])) for m, p, s in ROUTES]
FOR_PROGRAMS = {
    ("GET", "receipts.kannel"),
    ("POST", "receipts.webhook"),
    ("POST", "receipts.mail"),
}


@pytest.mark.parametrize(("method", "path", "role", "status"), routes.cases(ROUTES))
def test_everybody_at_every_door(
    world: World, as_person: AsPerson, method: str, path: str, role: str, status: int
) -> None:
    stopped = stop("mei@example.org")
    client = as_person(routes.person_of(world, role))
    answer = client.open(
        path.format(stopped=stopped.id), method=method, data={"reason": "confirmed"}
    )
    assert answer.status_code == status


def test_every_route_is_told(app: Flask) -> None:
    assert routes.untold(app, ROUTES, room="receipts") == FOR_PROGRAMS


def test_staff_see_the_addresses_of_their_places_masked(world: World, as_person: AsPerson) -> None:
    stop("mei@example.org")
    stop("full@example.org", reason="soft-bounces")
    stop("far@example.org", path=FAR)
    stop("noplace@example.org", path="/")
    page = as_person(world.coordinator).get("/receipts").text
    assert "m***@example.org" in page
    assert "f***@example.org" in page
    assert "n***@example.org" not in page
    assert "mei@example.org" not in page
    assert page.count("Write to it again") == 2
    assert "The address does not exist" in page
    assert "paused until" in page
    assert as_person(world.administrator).get("/receipts").text.count("Write to it again") == 4


def test_letters_that_need_a_person(world: World, as_person: AsPerson) -> None:
    now = database_now()
    waits = make_letter("unknown", place_path=HERE, try_at=now - timedelta(minutes=1))
    in_grace = make_letter("unknown", place_path=HERE, try_at=now + timedelta(minutes=4))
    far = make_letter("unknown", place_path=FAR, try_at=now - timedelta(minutes=1))
    page = as_person(world.coordinator).get("/receipts").text
    assert f'href="/messages/{waits.id}"' in page
    assert f'href="/messages/{in_grace.id}"' not in page
    assert f'href="/messages/{far.id}"' not in page
    # An administrator is technical: no letters.
    assert f"/messages/{waits.id}" not in as_person(world.administrator).get("/receipts").text


def test_nothing_came_back(world: World, as_person: AsPerson) -> None:
    page = as_person(world.coordinator).get("/receipts")
    assert "Every address is written to" in page.text
    assert (
        "每个地址都在正常发信" in as_person(world.coordinator, language="zh").get("/receipts").text
    )


def test_an_address_is_lifted_for_a_reason_that_is_kept(world: World, as_person: AsPerson) -> None:
    stopped = stop("mei@example.org")
    client = as_person(world.coordinator)
    there = f"/receipts/addresses/{stopped.id}"
    assert "m***@example.org" in client.get(there).text
    for wrong in ({}, {"reason": ""}, {"reason": "because"}):
        assert client.post(there, data=wrong).status_code == 422
    assert suppressed() == {"m***@example.org": "hard-bounce"}
    page = client.post(there, data={"reason": "confirmed"}, follow_redirects=True)
    assert "This address is written to again" in page.text
    assert suppressed() == {}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "lifted")).one()
    assert (entry.actor_id, entry.place_path) == (world.coordinator.id, HERE)
    assert entry.facts == {"was": "hard-bounce", "reason": "confirmed"}
    assert client.post(there, data={"reason": "confirmed"}).status_code == 404


def test_the_page_is_paged_and_asks_little(
    world: World, as_person: AsPerson, queries: list[str]
) -> None:
    for number in range(23):
        stop(f"{number}@example.org")
        make_letter("unknown", place_path=HERE, try_at=database_now() - timedelta(minutes=1))
    client = as_person(world.coordinator)
    queries.clear()
    page = client.get("/receipts").text
    assert len(queries) <= 9
    assert page.count("Write to it again") == 20
    assert "/messages?state=unknown" in page
    more = page.split('rel="next"')[-2].rpartition('href="')[2].partition('"')[0]
    assert client.get(more.replace("&amp;", "&")).text.count("Write to it again") == 3
    assert client.get("/receipts?after=nonsense").status_code == 422
