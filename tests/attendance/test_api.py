"""The caller's own hours for programs."""

from datetime import date, timedelta

import pytest

from tests.factories.attendance import make_hours
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.people.actions.tokens import make_token


@pytest.fixture
def bearer(world):
    with transaction():
        token = make_token(
            person=world.volunteer,
            name="test",
            scopes=["read"],
            expires_at=utc_now() + timedelta(days=1),
            now=utc_now(),
        )
    return {"Authorization": f"Bearer {token}"}


def test_without_a_token(client):
    assert client.get("/api/v1/me/hours").status_code == 401


def test_only_one_s_own_with_every_correction(client, world, shift, bearer):
    with transaction():
        first = make_hours(shift, world.volunteer, state="locked", by=world.coordinator)
        make_hours(shift, world.volunteer, minutes=-180, reverses_id=first.id, reason="记错")
        make_hours(shift, world.other_volunteer)
    body = client.get("/api/v1/me/hours", headers=bearer).json
    assert body["next"] is None
    assert [(item["minutes"], item["state"]) for item in body["items"]] == [
        (-180, "recorded"),
        (180, "locked"),
    ]
    newest = body["items"][0]
    assert (newest["reverses"], newest["reason"], newest["shift"]) == (first.id, "记错", shift.id)
    assert (newest["source"], newest["served_on"]) == ("clocked", "2026-12-05")
    assert newest["recorded_at"].endswith("+08:00")
    assert newest["verified_at"] is None


def test_in_pages(client, world, shift, bearer):
    with transaction():
        for day in (1, 2, 3):
            make_hours(shift, world.volunteer, state="locked", served_on=date(2026, 1, day))
    first = client.get("/api/v1/me/hours?limit=2", headers=bearer)
    assert 'rel="next"' in first.headers["Link"]
    rest = client.get(f"/api/v1/me/hours?limit=2&after={first.json['next']}", headers=bearer)
    days = [item["served_on"] for item in first.json["items"] + rest.json["items"]]
    assert days == ["2026-01-03", "2026-01-02", "2026-01-01"]
    assert client.get("/api/v1/me/hours?limit=0", headers=bearer).status_code == 422
