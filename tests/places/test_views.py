"""The pages of a place, as each role sees them."""

import pytest

from volunteer_hub.foundation import policy
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.places import queries

ROLES = (policy.VISITOR, *policy.ROLES)
NEW = {"kind": "grid", "code": "gan-1", "name_zh": "第一网格", "name_en": "Grid 1"}


@pytest.mark.parametrize("role", ROLES)
def test_everybody_finds_a_place(world, as_person, role):
    with transaction():
        world.community.address_zh = "甘家巷 88 号"
        world.community.phone = "0931-000 0001"
    page = as_person(world.roles()[role], language="zh").get("/places/ganjiaxiang")
    assert page.status_code == 200
    assert "甘家巷 88 号" in page.text
    assert 'href="tel:09310000001"' in page.text
    assert "白银路街道" in page.text, "the way up"
    assert ("/places/add" in page.text) == (role == policy.ADMINISTRATOR)


def test_a_page_of_a_place_costs_few_queries(world, client, queries):
    client.get("/places/baiyin")
    assert len(queries) <= 4


def test_there_is_no_page_of_no_place(app, client):
    assert client.get("/places/nowhere").status_code == 404


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_an_administrator_adds_places(world, as_person, role, method):
    browser = as_person(world.roles()[role])
    data = {"data": {**NEW, "parent": world.community.id}} if method == "post" else {}
    answer = getattr(browser, method)("/places/add", **data)
    allowed = {"get": 200, "post": 303}[method]
    expected = {policy.VISITOR: 302, policy.ADMINISTRATOR: allowed}.get(role, 403)
    assert answer.status_code == expected
    db.session.expire_all()
    written = queries.find_by_code("gan-1")
    assert (written is not None) == (expected == 303)


def test_adding_is_written_down(world, as_person):
    form = {**NEW, "parent": world.community.id}
    answer = as_person(world.administrator).post("/places/add", data=form)
    assert answer.location == "/places/gan-1"
    made = queries.get_by_code("gan-1")
    assert made.path == "/baiyin/ganjiaxiang/gan-1/"
    entry = db.session.query(AuditEntry).filter_by(verb="added-place").one()
    assert (entry.thing, entry.actor_id) == (f"place:{made.id}", world.administrator.id)


def test_an_administrator_cannot_build_in_anothers_subdistrict(world, as_person):
    form = {**NEW, "parent": world.elsewhere.id}
    assert as_person(world.administrator).post("/places/add", data=form).status_code == 422
    assert queries.find_by_code("gan-1") is None


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"code": "ganjiaxiang"}, 409, "Another place has the code ganjiaxiang."),
        ({"code": "Gan Jia"}, 422, "A code has small letters"),
        ({"kind": "subdistrict"}, 409, "A place stands below a wider one"),
        ({"name_zh": ""}, 422, "Please fill this in."),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(world, as_person, changes, status, said):
    form = {**NEW, "parent": world.community.id, **changes}
    page = as_person(world.administrator).post("/places/add", data=form)
    assert page.status_code == status
    assert said in page.text
    assert 'value="Grid 1"' in page.text


def test_the_page_of_a_place_leads_to_adding_below_it(world, as_person):
    page = as_person(world.administrator).get("/places/add?below=ganjiaxiang")
    assert f'selected value="{world.community.id}"' in page.text
