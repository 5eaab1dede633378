"""Passwords and links as ways in."""

import pytest

from tests.people.outbox import letters, newest_link
from tests.people.test_views_sign_in import agree, signed_in
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.people.actions import accounts
from volunteer_hub.people.actions.sign_in import make_sign_in_link

PASSWORD = "correct horse"


@pytest.fixture
def owner(world):
    agree(world.volunteer)
    with transaction():
        accounts.set_password(person=world.volunteer, password=PASSWORD)
    return world.volunteer


def test_a_password_signs_in(owner, client):
    assert client.get("/sign-in/password").status_code == 200
    data = {"address": owner.phone.removeprefix("+86"), "password": PASSWORD}
    answer = client.post("/sign-in/password?next=/projects", data=data)
    assert (answer.status_code, answer.location) == (303, "/projects")
    assert signed_in(client)


def test_a_wrong_password_an_unknown_address_and_none_look_the_same(owner, world, client):
    pages = [
        client.post("/sign-in/password", data={"address": address, "password": password})
        for address, password in (
            (owner.email, "correct hors"),
            ("nobody@example.com", PASSWORD),
            (world.coordinator.email, PASSWORD),
            ("nonsense", PASSWORD),
        )
    ]
    assert {page.status_code for page in pages} == {422}
    assert all("账号或密码不对" in page.text for page in pages)
    assert all(PASSWORD not in page.text for page in pages)
    assert not signed_in(client)


def test_a_link_is_not_used_up_by_looking(owner, client):
    with transaction():
        token = make_sign_in_link(person=owner, now=utc_now())
    for _ in range(3):
        assert client.get(f"/sign-in/link/{token}").status_code == 200
    assert not signed_in(client)
    answer = client.post(f"/sign-in/link/{token}?next=/projects")
    assert answer.location == "/projects"
    assert signed_in(client)


def test_a_link_works_once(owner, client, as_person):
    with transaction():
        token = make_sign_in_link(person=owner, now=utc_now())
    client.post(f"/sign-in/link/{token}")
    stranger = as_person(None)
    again = stranger.post(f"/sign-in/link/{token}", follow_redirects=True)
    assert "already or is older than a day" in again.text
    assert not signed_in(stranger)


def test_a_mailed_link_leads_to_the_page(world, as_person, client):
    with transaction():
        world.volunteer.home_place_id = world.community.id
    agree(world.volunteer)
    sent = as_person(world.coordinator).post(f"/people/{world.volunteer.id}/link")
    assert sent.status_code == 303
    assert letters()[0].address == world.volunteer.email
    client.post(f"/sign-in/link/{newest_link()}")
    assert signed_in(client)
