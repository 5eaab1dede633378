import pytest
import time_machine
from sqlalchemy import select

from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.factories.stand_ins import make_request
from tests.stand_ins.conftest import DAY, NOW, START
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.signups.models import Signup

API = "/api/v1"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def request_id(mine):
    with transaction():
        return make_request(mine, note="孩子病了").id


def test_the_list_says_who_and_when_and_no_more(world, shift, request_id, speaks):
    answer = speaks(world.other_volunteer)("GET", "/stand-ins")
    assert answer.status_code == 200
    assert answer.json == {
        "items": [
            {
                "id": request_id,
                "shift": shift.id,
                "activity_title": "Sharing Market",
                "title": "Guiding and check-in",
                "role": None,
                "place": "ganjiaxiang",
                "starts_at": "2026-12-09T09:00:00+08:00",
                "ends_at": "2026-12-09T12:00:00+08:00",
                "who": "陈*",
                "note": "孩子病了",
                "yours": False,
                "asks_you": False,
            }
        ],
        "next": None,
    }
    assert world.volunteer.phone not in answer.text
    assert speaks(world.volunteer)("GET", "/stand-ins").json["items"][0]["yours"]


def test_who_is_asked_alone_sees_it_alone(world, mine, speaks):
    with transaction():
        make_request(mine, invited=world.other_volunteer)
    (item,) = speaks(world.other_volunteer)("GET", "/stand-ins").json["items"]
    assert item["asks_you"]
    assert speaks(world.grid_worker)("GET", "/stand-ins").json["items"] == []


def test_paged_by_the_next_shift(world, speaks):
    with transaction():
        for n in (3, 1, 2):
            times = {"starts_at": START + n * DAY, "ends_at": START + n * DAY + DAY / 8}
            make_request(make_signup(make_shift(world.community, **times), make_person()))
    ask, seen, after = speaks(world.volunteer), [], ""
    while after is not None:
        answer = ask("GET", f"/stand-ins?limit=2{after and '&after=' + after}").json
        seen += [item["starts_at"] for item in answer["items"]]
        after = answer["next"]
    assert seen == [f"2026-12-{day}T09:00:00+08:00" for day in (10, 11, 12)]
    assert ask("GET", "/stand-ins?after=nonsense").status_code == 422


def test_take_it_once_however_often_it_is_sent(world, request_id, speaks):
    ask, key = speaks(world.other_volunteer), {"Idempotency-Key": "one"}
    first = ask("POST", f"/stand-ins/{request_id}/taking", headers=key)
    assert first.status_code == 201
    assert first.json["state"] == "confirmed"
    again = ask("POST", f"/stand-ins/{request_id}/taking", headers=key)
    assert (again.status_code, again.json) == (201, first.json)
    late = speaks(world.grid_worker)("POST", f"/stand-ins/{request_id}/taking")
    assert (late.status_code, late.json["refusal"]) == (409, "request-is-over")
    assert len(db.session.scalars(select(Signup)).all()) == 2


def test_what_cannot_be_taken(world, mine, speaks):
    ask = speaks(world.grid_worker)
    assert ask("POST", "/stand-ins/999999/taking").status_code == 404
    with transaction():
        invited = make_request(mine, invited=world.other_volunteer)
    assert ask("POST", f"/stand-ins/{invited.id}/taking").status_code == 404
    own = speaks(world.volunteer)("POST", f"/stand-ins/{invited.id}/taking")
    assert own.status_code == 404
    reads = speaks(world.other_volunteer, "read")
    assert reads("POST", f"/stand-ins/{invited.id}/taking").status_code == 403
    assert (
        speaks(world.other_volunteer)("POST", f"/stand-ins/{invited.id}/taking").status_code == 201
    )


def test_nobody_is_let_in_without_a_token(client, request_id):
    assert client.get(f"{API}/stand-ins").status_code == 401
    assert client.post(f"{API}/stand-ins/{request_id}/taking").status_code == 401
