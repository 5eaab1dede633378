"""A person's own totals and rows for programs: each class by itself, disputes among them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete

from tests.factories.attendance import make_hours
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.language import local_day
from volunteer_hub.hours.actions.disputes import open_dispute, turn_down
from volunteer_hub.hours.models import StarLevel
from volunteer_hub.people.actions.tokens import make_token


@pytest.fixture
def bearer(world):
    with transaction():
        end = utc_now() + timedelta(days=1)
        token = make_token(
            person=world.volunteer, name="test", scopes=["read"], expires_at=end, now=utc_now()
        )
    return {"Authorization": f"Bearer {token}"}


def test_totals_without_a_token(client):
    assert client.get("/api/v1/me/hours/totals").status_code == 401


def test_classes_and_years_stand_apart(client, world, shift, bearer):
    with transaction():
        me, locked = world.volunteer, {"state": "locked", "by": world.coordinator}
        old = {"served_on": date(2025, 12, 31), **locked}
        first = make_hours(shift, me, minutes=600, **old)
        make_hours(shift, me, minutes=-600, reverses_id=first.id, reason="误", **old)
        make_hours(shift, me, minutes=60, source="back_filled", reason="补", **old)
        make_hours(shift, me, minutes=400, **locked)
        make_hours(shift, me, minutes=90, source="self_declared", reason="没人记", **locked)
        make_hours(shift, me, minutes=700)
        make_hours(shift, world.other_volunteer, minutes=900, **locked)
    body = client.get("/api/v1/me/hours/totals", headers=bearer).json
    assert body == {
        "as_of": local_day(utc_now()).isoformat(),
        "by_class": {"clocked": 400, "back_filled": 60, "self_declared": 90},
        "by_year": [
            {"year": 2026, "by_class": {"clocked": 400, "self_declared": 90}},
            {"year": 2025, "by_class": {"clocked": 0, "back_filled": 60}},
        ],
        "stars": {
            "stars": 0,
            "minutes": 460,
            "counted_classes": ["clocked", "confirmed_by_leader", "back_filled"],
            "next_stars": 1,
            "minutes_to_next": 5540,
        },
    }


def test_nothing_yet_and_nothing_above(client, world, bearer):
    with transaction():
        db.session.execute(delete(StarLevel))
    body = client.get("/api/v1/me/hours/totals", headers=bearer).json
    assert (body["by_class"], body["by_year"]) == ({}, [])
    assert (body["stars"]["next_stars"], body["stars"]["minutes_to_next"]) == (None, None)


def test_rows_say_what_was_served_and_disputed(client, world, shift, bearer):
    with transaction():
        locked = {"state": "locked", "by": world.coordinator}
        hours = make_hours(shift, world.volunteer, minutes=480, served_minutes=540, **locked)
        quiet = make_hours(shift, world.volunteer, minutes=60, **locked)
    assert [i["dispute"] for i in items(client, bearer)] == [None, None]
    with transaction():
        dispute = open_dispute(
            hours_id=quiet.id, says="少记了", by=world.volunteer.id, now=utc_now()
        )
    newest, oldest = items(client, bearer)
    assert (newest["id"], newest["dispute"]) == (quiet.id, "open")
    assert (oldest["minutes"], oldest["served_minutes"]) == (480, 540)
    assert oldest["id"] == hours.id
    with transaction():
        turn_down(
            dispute_id=dispute.id,
            answer="核对无误",
            by=world.second_coordinator.id,
            now=utc_now(),
        )
    assert items(client, bearer)[0]["dispute"] == "turned_down"


def items(client, bearer):
    return client.get("/api/v1/me/hours", headers=bearer).json["items"]


def test_a_page_of_rows_costs_the_same(client, world, shift, bearer, queries):
    with transaction():
        for day in range(1, 29):
            served_on = date(2026, 1, day)
            make_hours(shift, world.volunteer, state="locked", served_on=served_on)
    queries.clear()
    client.get("/api/v1/me/hours?limit=200", headers=bearer)
    assert len(queries) <= 4, queries
