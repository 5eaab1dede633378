"""Figures and projects for programs: complete, in minor units, paged, and open to everybody."""

from datetime import timedelta

import pytest

from tests.factories.projects import make_project
from tests.impact.facts import make_record
from tests.impact.test_views import ROLES, person_of
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.people.actions.tokens import make_token

API = "/api/v1"
YEAR = "from=2019-01-01&to=2020-01-01"


@pytest.fixture
def ask(client):
    """Ask as a program without a token, in English."""

    def get(path: str, **headers: str):
        return client.get(API + path, headers={"Accept-Language": "en", **headers})

    return get


def bearer(person) -> dict[str, str]:
    now = utc_now()
    with transaction():
        token = make_token(
            person=person,
            name="probe",
            scopes=["read"],
            expires_at=now + timedelta(days=1),
            now=now,
        )
    return {"Authorization": f"Bearer {token}"}


def test_a_figure_says_all_that_it_means(story, ask):
    body = ask(f"/figures?measure=pt_professional&{YEAR}&as_of=2019-12-31").json
    assert isinstance(body["value"], int)  # a count is no 500.0
    records = body.pop("records")
    definition = body.pop("definition")
    assert body == {
        "measure": "pt_professional",
        "label": "Served professionally",
        "value": 500,
        "unit": "person-times",
        "unit_code": "person_times",
        "money": None,
        "definition_version": 1,
        "from": "2019-01-01",
        "to": "2020-01-01",
        "as_of": "2019-12-31",
        "precision": "exact",
        "source_count": 4,
        "place": None,
        "project": None,
        "pending_changes": 0,
        "by_month": None,
        "minutes": None,
        "classes": None,
    }
    assert "counts three" in definition
    assert records.startswith("http://hub.test/impact/records?measure=pt_professional&")


def test_the_unit_follows_the_readers_language(story, ask):
    body = ask(f"/figures?measure=pt_outreach&{YEAR}", **{"Accept-Language": "zh-CN"}).json
    assert (body["unit"], body["unit_code"], body["label"]) == (
        "人次",
        "person_times",
        "外展服务受益",
    )


@pytest.mark.parametrize(
    ("query", "value"),
    [
        (f"measure=projects_count&{YEAR}", 2),
        (f"measure=funding_awarded&{YEAR}", 15_000),
        (f"measure=volunteer_hours&{YEAR}", 21),
        (f"measure=volunteers_active&{YEAR}", 7),
        (f"measure=pt_professional&{YEAR}&as_of=2019-06-30", 300),
        (f"measure=pt_professional&{YEAR}&place=xibeixincun", 200),
        (f"measure=pt_professional&{YEAR}&place=baiyin", 500),
        (f"measure=pt_professional&{YEAR}&project=silver", 300),
        ("measure=pt_professional", 507),
        ("measure=pt_professional&as_of=2019-12-31", 500),
        ("measure=pt_professional&from=2026-01-01", 7),
        ("measure=pt_professional&from=2019-03-01&to=2019-04-01", 300),
    ],
)
def test_figures_by_period_place_and_project(story, ask, query, value):
    assert ask(f"/figures?{query}").json["value"] == value


def test_money_comes_in_minor_units_too(story, ask):
    body = ask(f"/figures?measure=funding_spent&{YEAR}").json
    assert (body["value"], body["money"]) == (1234.5, {"amount": 123_450, "currency": "CNY"})


def test_months_stand_beside_the_whole(story, ask):
    body = ask(f"/figures?measure=pt_professional&{YEAR}&by=month").json
    months = body["by_month"]
    assert [month["value"] for month in months if month["value"]] == [300, 200]
    assert (months[2]["from"], months[2]["to"]) == ("2019-03-01", "2019-04-01")
    assert len(months) == 12


def test_what_waits_is_counted(story, ask):
    with transaction():
        make_record(story.world.community, story.silver.starts_on, 3)
    assert ask(f"/figures?measure=pt_professional&{YEAR}").json["pending_changes"] == 1


FEW = f"/figures?measure=volunteers_active&{YEAR}&place=xibeixincun&by=month"


@pytest.mark.parametrize("role", ROLES)
def test_few_people_are_withheld_from_most(story, client, role):
    person = person_of(story, role)
    body = client.get(API + FEW, headers=bearer(person) if person else {}).json
    sees = role == "subdistrict_supervisor"
    assert (body["value"], body["precision"]) == ((3, "exact") if sees else (None, "fewer_than_5"))
    assert body["by_month"][8]["value"] == (3 if sees else None)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "path", [f"/figures?measure=pt_outreach&{YEAR}", "/projects", "/projects/silver"]
)
def test_figures_and_projects_are_open_to_everybody(story, client, role, path):
    person = person_of(story, role)
    assert client.get(API + path, headers=bearer(person) if person else {}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "refusal"),
    [
        ("/figures", 422, "broken-input"),
        ("/figures?measure=happiness", 422, "broken-input"),
        ("/figures?measure=pt_outreach&from=soon", 422, "broken-input"),
        ("/figures?measure=pt_outreach&from=0001-01-01", 422, "broken-input"),
        ("/figures?measure=pt_outreach&by=week", 422, "broken-input"),
        ("/figures?measure=pt_outreach&colour=red", 422, "broken-input"),
        (
            "/figures?measure=pt_outreach&from=2019-05-01&to=2019-05-01",
            *(422, "period-is-backwards"),
        ),
        ("/figures?measure=pt_outreach&place=nowhere", 404, "not-found"),
        ("/figures?measure=pt_outreach&project=nothing", 404, "not-found"),
        ("/projects/nothing", 404, "not-found"),
        ("/projects?place=nowhere", 404, "not-found"),
        ("/projects?limit=0", 422, "broken-input"),
        ("/projects?state=draft", 422, "broken-input"),
        ("/projects?after=made-up", 422, "broken-input"),
    ],
)
def test_what_makes_no_sense_is_refused(story, ask, path, status, refusal):
    answer = ask(path)
    assert (answer.status_code, answer.json["refusal"]) == (status, refusal)
    assert answer.mimetype == "application/problem+json"


def test_a_project_with_its_money_and_services(story, ask):
    body = ask("/projects/silver").json
    assert body["funding"] == {
        "awarded": {"amount": 1_000_000, "currency": "CNY"},
        "paid_out": {"amount": 500_000, "currency": "CNY"},
        "spent": {"amount": 123_450, "currency": "CNY"},
    }
    assert body["person_times"] == {"professional": 300, "outreach": 0}
    assert (body["slug"], body["title"], body["place"]) == ("silver", "Silver Guard", "ganjiaxiang")
    assert body["state"] == "published"


def test_projects_are_paged_the_newest_first(story, ask):
    with transaction():
        make_project(story.world.community, slug="third", state="closed")
        make_project(story.world.community, slug="secret", state="draft")
    first = ask("/projects?limit=2").json
    assert [one["slug"] for one in first["items"]] == ["third", "plants"]
    second = ask(f"/projects?limit=2&after={first['next']}").json
    assert [one["slug"] for one in second["items"]] == ["silver"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("place=ganjiaxiang", ["silver"]),
        ("place=baiyin", ["plants", "silver"]),
        ("state=closed", []),
    ],
)
def test_projects_by_place_and_state(story, ask, query, slugs):
    assert [one["slug"] for one in ask(f"/projects?{query}").json["items"]] == slugs


def test_a_draft_project_does_not_exist_for_programs(story, ask):
    with transaction():
        make_project(story.world.community, slug="secret", state="draft")
    assert ask("/projects/secret").status_code == 404


@pytest.mark.parametrize(
    "path", [f"/figures?measure=volunteers_active&by=month&{YEAR}", "/projects", "/projects/silver"]
)
def test_a_call_asks_the_database_few_times(story, ask, queries, path):
    ask(path)
    assert len(queries) <= 7
