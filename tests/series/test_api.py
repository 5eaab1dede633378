from datetime import date, timedelta

import pytest

from tests.factories.activities import make_activity
from tests.factories.projects import make_project
from tests.factories.series import make_series
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.activities.models import Series
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions.tokens import make_token

DAY = timedelta(days=1)
MARKET = {
    "title": "共享集市",
    "place": "ganjiaxiang",
    "rule": "FREQ=MONTHLY;BYMONTHDAY=5",
    "first_on": "2019-01-02",
    "begins": "08:00",
    "minutes": 240,
    "publishes": True,
}


@pytest.fixture
def ask(app, world, story):
    """Speak to the API as the coordinator."""
    now = utc_now()
    with transaction():
        token = make_token(
            person=world.coordinator,
            name="t",
            scopes=["read", "write"],
            expires_at=now + DAY,
            now=now,
        )

    def ask(method, path, *, lang="en", **more):
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": lang}
        headers |= more.pop("headers", {})
        return app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **more)

    return ask


def test_a_program_begins_a_series_once_and_reads_its_days(world, ask):
    with transaction():
        make_project(world.community, slug="market")
    key = {"Idempotency-Key": "market-2019"}
    body = MARKET | {"project": "market"}
    first, again = (ask("POST", "/series", json=body, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert db.session.query(Series).count() == 1
    made = first.json
    assert (made["first_on"], made["begins"], made["zone"]) == (
        *("2019-01-05", "08:00:00"),
        "Asia/Shanghai",
    )
    assert (made["rule_words"], made["state"]) == ("monthly on the 5th", "running")
    assert (made["place"], made["project"]) == ("ganjiaxiang", "market")
    same = ask("GET", f"/series/{made['id']}", lang="zh")
    assert same.json == made | {"rule_words": "每月5日", "place_name": "甘家巷社区"}
    days = ask("GET", f"/series/{made['id']}/occurrences").json["items"]
    assert [(day["nominal_on"], day["day_off"], day["choice"]) for day in days] == [
        ("2019-01-05", None, "none"),
        ("2019-02-05", "spring-festival", "waiting"),
        ("2019-03-05", None, "none"),
    ]
    assert days[0]["starts_at"] == "2019-01-05T08:00:00+08:00"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"rule": "FREQ=HOURLY"}, {"rule"}),
        ({"rule": "FREQ=MONTHLY"}, {"rule"}),
        ({"last_on": "2019-01-04"}, {"last_on"}),
        ({"first_on": "9999-12-31"}, {"first_on"}),
        ({"first_on": "0001-01-01"}, {"first_on"}),
        ({"begins": "noon", "minutes": 0}, {"begins", "minutes"}),
        ({"place": "nowhere"}, {"place"}),
        ({"project": "nothing"}, {"project"}),
        ({"zone": "Mars/Olympus"}, {"zone"}),
    ],
)
def test_each_bad_field_is_named(ask, changes, fields):
    answer = ask("POST", "/series", json=MARKET | changes)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json["errors"]} == fields


def test_lists_are_read_page_by_page(world, ask):
    with transaction():
        ids = [make_series(world.community).id for _ in range(3)]
        make_series(world.elsewhere)
        for month in (3, 1, 2):
            nominal = date(2019, month, 5)
            make_activity(world.community, series_id=ids[0], nominal_on=nominal)
    found, path = [], "/series?limit=2"
    while path:
        page = ask("GET", path)
        found += [row["id"] for row in page.json["items"]]
        path = page.json["next"] and f"/series?limit=2&after={page.json['next']}"
    assert found == ids[::-1]
    first = ask("GET", f"/series/{ids[0]}/occurrences?limit=2").json
    assert [row["nominal_on"][5:7] for row in first["items"]] == ["01", "02"]
    after = first["next"]
    rest = ask("GET", f"/series/{ids[0]}/occurrences?limit=2&after={after}").json
    assert [row["nominal_on"][5:7] for row in rest["items"]] == ["03"]


def test_a_program_moves_an_activity_with_its_people(world, ask):
    with transaction():
        activity = make_activity(world.community)
        shift = make_shift(world.community, activity=activity)
        make_signup(shift, world.volunteer)
    body = {"starts_at": "2019-02-12T08:00:00+08:00", "ends_at": "2019-02-12T12:00:00+08:00"}
    answer = ask("POST", f"/activities/{activity.id}/move", json=body)
    assert answer.status_code == 200
    assert {name: answer.json[name] for name in body} == body
    assert (answer.json["persons"], answer.json["nominal_on"]) == (1, None)
    again = ask("POST", f"/activities/{activity.id}/move", json=body)
    assert [error["field"] for error in again.json["errors"]] == ["starts_at"]
    far = {"starts_at": "9999-12-31T00:00:00+00:00", "ends_at": "9999-12-31T23:00:00-23:00"}
    answer = ask("POST", f"/activities/{activity.id}/move", json=far)
    assert (answer.status_code, len(answer.json["errors"])) == (422, 2)
