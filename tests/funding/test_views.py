import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from tests.factories.funding import make_entry
from tests.factories.projects import make_project
from tests.funding.ledger import approve, reverse, write
from tests.world import World
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.funding import queries as asked
from volunteer_hub.projects.models import Project

SignIn = Callable[..., FlaskClient]
ROLES = [*policy.ROLES, policy.VISITOR, "stranger"]
GIVEN = {
    "kind": "awarded",
    "amount": "18,000.50",
    "occurred_on": "2026-05-06",
    "counterparty_zh": "白银路街道办事处",
    "voucher_no": "A-1",
}


def person(world: World, role: str):
    return (world.roles() | {"stranger": world.stranger})[role]


@pytest.fixture
def project(world: World) -> Project:
    with transaction():
        return make_project(world.community, slug="silver", title_en="Silver Guard")


def state(entry_id: int) -> str:
    db.session.expire_all()
    return asked.get_entry(entry_id).state


@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads_a_published_project(
    world: World, as_person: SignIn, project, role
) -> None:
    with transaction():
        make_entry(project, "awarded", 18_000)
        make_entry(project, "paid_out", 9_000)
        make_entry(project, "spent", 7_862)
    write(project, world.coordinator, "paid_out", 7_200)
    answer = as_person(person(world, role)).get("/projects/silver")
    assert answer.status_code == 200
    for amount in ("18,000.00", "9,000.00", "7,862.00"):
        assert amount in answer.text
    sees_waiting = role in (policy.COORDINATOR, policy.SUPERVISOR)
    assert ("7,200.00" in answer.text) is sees_waiting
    for link in ("/projects/silver/edit", "/projects/silver/ledger/new"):
        assert (link in answer.text) is (role == policy.COORDINATOR)


@pytest.mark.parametrize("address", ["", "/ledger.csv", "/ledger.xlsx"])
@pytest.mark.parametrize("role", ROLES)
def test_a_draft_is_read_by_staff_of_the_place(world, as_person, role: str, address: str) -> None:
    with transaction():
        make_project(world.community, slug="hidden", state="draft", starts_on=None, ends_on=None)
    answer = as_person(person(world, role)).get(f"/projects/hidden{address}")
    readers = (policy.GRID_WORKER, policy.COORDINATOR, policy.SUPERVISOR)
    assert answer.status_code == (200 if role in readers else 404)


def test_an_unknown_project_is_not_found(world: World, client: FlaskClient) -> None:
    for address in ("", "/ledger.csv", "/ledger.xlsx"):
        assert client.get(f"/projects/nothing{address}").status_code == 404


@pytest.mark.parametrize("address", ["/projects/silver/ledger/new"])
@pytest.mark.parametrize("role", ROLES)
def test_only_coordinators_write(
    world, as_person: SignIn, project, role: str, address: str
) -> None:
    browser = as_person(person(world, role))
    other = {policy.VISITOR: 302, "stranger": 404}.get(role, 403)
    mine = role == policy.COORDINATOR
    assert browser.get(address).status_code == (200 if mine else other)
    assert browser.post(address, data=GIVEN).status_code == (303 if mine else other)
    assert len(asked.list_waiting_of(project.id)) == mine


def test_an_entry_is_written_in_fen(world: World, as_person: SignIn, project) -> None:
    answer = as_person(world.coordinator).post("/projects/silver/ledger/new", data=GIVEN)
    assert answer.location == "/projects/silver"
    (entry,) = asked.list_waiting_of(project.id)
    assert (entry.amount_fen, entry.kind, entry.created_by) == (
        1_800_050,
        "awarded",
        world.coordinator.id,
    )
    assert (entry.counterparty_en, entry.purpose_zh) == (None, "")


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"amount": "18.000,50"}, 422, "Write an amount in yuan"),
        ({"amount": ""}, 422, "Please fill this in."),
        ({"kind": "lent"}, 422, "Not a valid choice"),
        ({"voucher_no": "  "}, 422, "Please fill this in."),
        ({"amount": "0"}, 422, "Write an amount above zero."),
        ({"occurred_on": "2999-01-01"}, 422, "This day has not come yet."),
        ({"voucher_no": "known"}, 409, "The number known stands in this project"),
    ],
)
def test_what_was_typed_stays_when_it_is_refused(
    world: World, as_person: SignIn, project, changes, status, said
) -> None:
    with transaction():
        make_entry(project, "awarded", voucher_no="known")
    answer = as_person(world.coordinator).post("/projects/silver/ledger/new", data=GIVEN | changes)
    assert answer.status_code == status
    assert said in answer.text
    assert "白银路街道办事处" in answer.text
    assert asked.list_waiting_of(project.id) == []


@pytest.mark.parametrize("role", ROLES)
def test_the_queue_is_read_by_who_settles(world: World, as_person: SignIn, project, role) -> None:
    entry = write(project, world.coordinator)
    browser = as_person(person(world, role))
    readers = {policy.COORDINATOR: 200, policy.SUPERVISOR: 200}
    outside = 302 if role == policy.VISITOR else 403
    queue = browser.get("/funding")
    assert queue.status_code == readers.get(role, 200 if role == "stranger" else outside)
    assert (f"/funding/{entry.id}" in queue.text) is (role in readers)
    shown = browser.get(f"/funding/{entry.id}")
    assert shown.status_code == readers.get(role, 404 if role == "stranger" else outside)
    assert (f"/funding/{entry.id}/approve" in shown.text) is (role == policy.SUPERVISOR)


@pytest.mark.parametrize(
    ("kind", "role", "status", "approved"),
    [
        *((kind, policy.SUPERVISOR, 303, True) for kind in ("awarded", "spent")),
        ("awarded", "second", 403, False),
        ("paid_out", "second", 403, False),
        ("spent", "second", 303, True),
        ("spent", policy.COORDINATOR, 303, False),  # who wrote it
        ("awarded", policy.COORDINATOR, 303, False),
        *(
            ("spent", role, 403, False)
            for role in (
                policy.VOLUNTEER,
                policy.GRID_WORKER,
                policy.PARTNER_CONTACT,
                policy.ADMINISTRATOR,
            )
        ),
        ("spent", policy.VISITOR, 302, False),
        ("spent", "stranger", 404, False),
    ],
)
def test_who_approves_what(world, as_person: SignIn, project, kind, role, status, approved) -> None:
    entry = write(project, world.coordinator, kind)
    who = world.second_coordinator if role == "second" else person(world, role)
    answer = as_person(who).post(f"/funding/{entry.id}/approve")
    assert answer.status_code == status
    assert state(entry.id) == ("approved" if approved else "draft")


@pytest.mark.parametrize("deed", ["reject", "reverse"])
@pytest.mark.parametrize("role", ROLES)
def test_who_rejects_and_who_takes_back(world, as_person, project, role: str, deed: str) -> None:
    entry = write(project, world.coordinator)
    if deed == "reverse":
        approve(entry, world.supervisor)
    doers = {
        "reject": (policy.SUPERVISOR, policy.COORDINATOR),  # the coordinator wrote it
        "reverse": (policy.COORDINATOR,),
    }[deed]
    answer = as_person(person(world, role)).post(
        f"/funding/{entry.id}/{deed}", data={"reason": "票据不清"}
    )
    other = {policy.VISITOR: 302, "stranger": 404}.get(role, 403)
    assert answer.status_code == (303 if role in doers else other)
    if deed == "reject":
        assert state(entry.id) == ("rejected" if role in doers else "draft")
    else:
        assert asked.count_reversals(entry.id) == (role in doers)


@pytest.mark.parametrize("deed", ["reject", "reverse"])
def test_a_reason_is_needed(world: World, as_person: SignIn, project, deed: str) -> None:
    entry = write(project, world.coordinator)
    if deed == "reverse":
        approve(entry, world.supervisor)
    answer = as_person(world.coordinator).post(f"/funding/{entry.id}/{deed}", data={"reason": " "})
    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    assert state(entry.id) == ("approved" if deed == "reverse" else "draft")
    assert asked.count_reversals(entry.id) == 0


def test_a_refused_approval_says_why(world: World, as_person: SignIn, project) -> None:
    entry = write(project, world.coordinator, "paid_out", 9_000)
    browser = as_person(world.supervisor)
    answer = browser.post(f"/funding/{entry.id}/approve", follow_redirects=True)
    assert "Only 0.00 yuan of the award are left to pay out." in answer.text
    assert state(entry.id) == "draft"


def test_a_reversal_shows_in_public_with_its_reason(world, as_person, project) -> None:
    entry = approve(write(project, world.coordinator), world.supervisor)
    back = reverse(entry, world.coordinator, reason="typed twice")
    assert "typed twice" not in as_person(None).get("/projects/silver").text
    approve(back, world.supervisor)
    page = as_person(None).get("/projects/silver").text
    assert "Taken back: typed twice" in page
    assert "-18,000.00" in page
    assert f"/funding/{entry.id}" in as_person(world.supervisor).get(f"/funding/{back.id}").text


def test_nobody_is_named_in_public(world: World, as_person: SignIn, project) -> None:
    approve(write(project, world.coordinator), world.supervisor)
    page = as_person(world.volunteer).get("/projects/silver").text
    assert world.coordinator.name not in page
    assert world.supervisor.name not in page


def test_the_ledger_as_files(world: World, as_person: SignIn, project) -> None:
    award = approve(write(project, world.coordinator, purpose_zh="=1+1"), world.supervisor)
    approve(reverse(award, world.coordinator), world.supervisor)
    write(project, world.coordinator, "spent", 5)
    browser = as_person(None)
    answer = browser.get("/projects/silver/ledger.csv")
    assert answer.mimetype == "text/csv"
    assert "silver-ledger.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][-1] == "Amount (yuan)"
    assert [row[-1] for row in rows[1:]] == ["18000.00", "-18000.00"]
    assert rows[1][:3] == ["2026-05-20", "Award", "'=1+1"]
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(browser.get("/projects/silver/ledger.xlsx").data)
    )
    sheet = book.get_sheet_by_index(0).to_python()
    assert [row[-1] for row in sheet[1:]] == [18_000.0, -18_000.0]


def test_the_page_costs_the_same_however_long_the_ledger(
    world: World, as_person: SignIn, project, queries: list[str]
) -> None:
    counts = []
    for number in (1, 12):
        with transaction():
            for _ in range(number):
                make_entry(project, "awarded", 1)
        db.session.expunge_all()
        queries.clear()
        assert as_person(None).get("/projects/silver").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7
