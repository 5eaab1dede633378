"""Who may promise for every time, and who sees who did."""

import pytest

from tests.factories.standing import make_day, make_order
from tests.standing.conftest import TUESDAY
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.database import transaction

ROLES = (policy.VISITOR, *policy.ROLES)
STAFF = (policy.GRID_WORKER, policy.COORDINATOR, policy.SUPERVISOR)


@pytest.fixture
def series(series):
    with transaction():
        make_day(series, TUESDAY)
    return series


@pytest.mark.parametrize("role", ROLES)
def test_everybody_with_an_account_may_promise(world, series, as_person, role):
    client = as_person(world.roles()[role])
    wanted = 302 if role == policy.VISITOR else 200
    assert client.get(f"/standing/series/{series.id}").status_code == wanted
    assert client.get("/me/standing").status_code == wanted


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_who_helps(world, series, as_person, role):
    with transaction():
        make_order(series, world.other_volunteer)
    page = as_person(world.roles()[role]).get(f"/standing/series/{series.id}/people")
    wanted = {policy.VISITOR: 302}.get(role, 200 if role in STAFF else 403)
    assert page.status_code == wanted
    assert (f"<b>{world.other_volunteer.name}" in page.text) == (wanted == 200)


def test_staff_of_another_place_see_nobody(world, series, as_person):
    page = as_person(world.stranger).get(f"/standing/series/{series.id}/people")
    assert page.status_code == 404


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", ["pause", "resume", "stop"])
def test_nobody_touches_another_s_order(world, series, as_person, role, verb):
    with transaction():
        order = make_order(series, world.other_volunteer)
    answer = as_person(world.roles()[role]).post(f"/standing/{order.id}/{verb}")
    assert answer.status_code == (302 if role == policy.VISITOR else 404)
