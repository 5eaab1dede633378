"""What the pages show, keep and say, and what each look costs."""

from datetime import date

import pytest
import time_machine

from tests.credentials.conftest import DAY, NOW, TODAY
from tests.factories.credentials import make_consent, make_credential, make_training
from tests.factories.people import make_person
from volunteer_hub.credentials.models import Credential
from volunteer_hub.credentials.queries import list_types
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction

INSURANCE = {"what": "insurance", "valid_from": "2026-12-05", "valid_until": "2027-12-04"}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def papers():
    db.session.expire_all()
    return db.session.query(Credential).order_by(Credential.id).all()


def looks(verb="read-minors-credentials"):
    found = db.session.query(AuditEntry).filter_by(verb=verb)
    return [(entry.actor_id, entry.thing, entry.place_path) for entry in found]


def test_two_taps_to_record_an_insurance(world, neighbour, as_person):
    browser = as_person(world.coordinator)
    page = browser.get(f"/credentials/people/{neighbour.id}")
    assert "Nothing is recorded yet" in page.text
    form = browser.get(f"/credentials/people/{neighbour.id}/add")
    assert 'value="2026-12-05"' in form.text
    for choice in ("Accident insurance", "First aid", "Electrician&#39;s licence"):
        assert choice in form.text
    more = {"number": " PICC-1 ", "issuer": "人保财险", "note": "保单原件已看"}
    answer = browser.post(f"/credentials/people/{neighbour.id}/add", data=INSURANCE | more)
    assert answer.location == f"/credentials/people/{neighbour.id}"
    (made,) = papers()
    assert (made.kind, made.number, made.issuer) == ("insurance", "PICC-1", "人保财险")
    assert (made.valid_from, made.valid_until) == (TODAY, date(2027, 12, 4))
    shown = browser.get(answer.location).text
    for part in ("Recorded.", "Accident insurance", "PICC-1", "人保财险", "保单原件已看", "Valid"):
        assert part in shown


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"valid_until": ""}, "Insurance and a guardian&#39;s consent need a last day."),
        ({"valid_until": "2026-12-04"}, "The last day must not lie before the first."),
        ({"valid_from": ""}, "Please fill this in."),
        ({"valid_from": "yesterday"}, "This is not a date."),
        ({"valid_until": "0026-12-04"}, "This is not a date."),
        ({"what": "flying"}, "Not a valid choice"),
        ({"what": ""}, "Please fill this in."),
        ({"number": "9" * 101}, "At most 100 characters."),
        ({"note": "长" * 501}, "At most 500 characters."),
    ],
)
def test_what_was_typed_stays_when_it_is_refused(world, neighbour, as_person, spoilt, said):
    facts = INSURANCE | {"issuer": "人保财险"} | spoilt
    page = as_person(world.coordinator).post(f"/credentials/people/{neighbour.id}/add", data=facts)
    assert page.status_code == 422
    assert said in page.text
    assert "人保财险" in page.text
    assert papers() == []


def test_nobody_records_their_own(world, as_person):
    browser = as_person(world.coordinator)
    mine = f"/credentials/people/{world.coordinator.id}"
    assert f"{mine}/add" not in browser.get(mine).text
    page = browser.post(f"{mine}/add", data=INSURANCE)
    assert page.status_code == 422
    assert "Another coordinator must record your own papers." in page.text


def test_a_guardian_signs_for_the_child(world, mother, boy, as_person):
    browser = as_person(world.coordinator)
    there = f"/credentials/people/{boy.id}"
    assert "no consent of a guardian is valid today" in browser.get(there).text
    form = browser.get(f"{there}/consent").text
    assert mother.volunteer_no in form, "the one whom the child is reached through"
    assert 'value="2026-12-05"' in form
    assert 'value="2027-12-04"' in form
    facts = {"guardian": mother.volunteer_no, "valid_from": "2026-12-05"}
    answer = browser.post(f"{there}/consent", data=facts | {"valid_until": "2027-12-04"})
    assert answer.location == there
    (made,) = papers()
    assert (made.person_id, made.guardian_id, made.kind) == (boy.id, mother.id, "guardian_consent")
    shown = browser.get(there).text
    assert "Guardian: 林芳" in shown
    assert "no consent of a guardian is valid today" not in shown


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"guardian": "BYL-0000-00000"}, "Nobody has this number."),
        ({"guardian": ""}, "Please fill this in."),
        ({"valid_until": ""}, "Please fill this in."),
        ({"valid_until": "2026-12-04"}, "The last day must not lie before the first."),
    ],
)
def test_a_refused_consent(world, mother, boy, as_person, spoilt, said):
    facts = {"guardian": mother.phone, "valid_from": "2026-12-05", "valid_until": "2027-12-04"}
    there = f"/credentials/people/{boy.id}/consent"
    page = as_person(world.coordinator).post(there, data=facts | spoilt)
    assert page.status_code == 422
    assert said in page.text
    assert papers() == []


def test_a_child_is_no_guardian(world, mother, boy, as_person):
    facts = {"valid_from": "2026-12-05", "valid_until": "2027-12-04"}
    there = f"/credentials/people/{boy.id}/consent"
    page = as_person(world.coordinator).post(there, data=facts | {"guardian": boy.volunteer_no})
    assert page.status_code == 422
    assert "Nobody can be their own guardian." in page.text


def test_a_grown_up_needs_no_guardian(world, neighbour, as_person):
    there = f"/credentials/people/{neighbour.id}"
    assert f"{there}/consent" not in as_person(world.coordinator).get(there).text
    with transaction():
        neighbour.birth_date = None
    assert f"{there}/consent" in as_person(world.coordinator).get(there).text


def test_each_look_at_a_minor_s_papers_is_written_down(world, boy, neighbour, as_person):
    path = world.community.path
    readers = [world.grid_worker, world.coordinator, world.supervisor]
    for reader in readers:
        page = as_person(reader).get(f"/credentials/people/{boy.id}")
        assert "was written down" in page.text
        page = as_person(reader).get(f"/credentials/people/{neighbour.id}")
        assert "was written down" not in page.text
    assert looks() == [(one.id, f"person:{boy.id}", path) for one in readers]
    assert as_person(world.stranger).get(f"/credentials/people/{boy.id}").status_code == 404
    assert len(looks()) == 3


def test_revoked_with_a_reason_that_the_person_reads(world, neighbour, as_person):
    with transaction():
        made = make_training(neighbour, by=world.coordinator)
    browser = as_person(world.second_coordinator)
    there = f"/credentials/{made.id}/revoke"
    assert "First aid" in browser.get(there).text
    assert browser.post(there, data={"reason": " "}).status_code == 422
    answer = browser.post(there, data={"reason": "证书是假的"})
    assert answer.location == f"/credentials/people/{neighbour.id}"
    again = browser.post(there, data={"reason": "再来"})
    assert again.status_code == 422
    assert "This was revoked before." in again.text
    shown = as_person(neighbour).get("/me/credentials").text
    assert "Revoked: 证书是假的" in shown
    assert "/revoke" not in shown
    masked = as_person(world.grid_worker).get(answer.location).text
    assert "Revoked" in masked
    assert "证书是假的" not in masked


def test_my_own_list(world, mother, boy, neighbour, as_person):
    browser = as_person(neighbour)
    assert "Nothing is recorded yet" in browser.get("/me/credentials").text
    by = world.coordinator
    with transaction():
        make_training(neighbour, by=by, valid_until=None)
        make_credential(neighbour, by=by, valid_until=TODAY)
        make_credential(neighbour, by=by, valid_from=TODAY + DAY)
        make_credential(neighbour, by=by, valid_until=TODAY - DAY)
        make_consent(boy, mother, by=by)
    shown = browser.get("/me/credentials").text
    for part in ("First aid", "for good", "Runs out soon", "Not yet valid", "Run out", "Valid"):
        assert part in shown
    assert "Guardian:" not in shown
    assert "急救培训" in as_person(neighbour, language="zh").get("/me/credentials").text


def test_what_runs_out_in_both_languages(world, neighbour, as_person):
    with transaction():
        make_training(neighbour, by=world.coordinator, valid_until=TODAY)
        other = make_person("郑爽", home_place_id=world.community.id)
        make_credential(other, by=world.coordinator, valid_until=TODAY + DAY)
        make_training(other, by=world.coordinator, valid_until=TODAY + 31 * DAY)
    shown = as_person(world.coordinator).get("/credentials").text
    assert shown.index("陈晓梅") < shown.index("郑爽")
    assert shown.count("郑爽") == 1
    for part in ("Last day today", "1 day left", "First aid", "Accident insurance"):
        assert part in shown
    chinese = as_person(world.coordinator, language="zh").get("/credentials").text
    for part in ("未来30天内到期", "今天到期", "还剩1天", "急救培训", "意外保险"):
        assert part in chinese


def test_nothing_runs_out(world, as_person):
    assert "Nothing runs out soon" in as_person(world.coordinator).get("/credentials").text


@pytest.mark.parametrize("path", ["/credentials", "/credentials/people/{id}", "/me/credentials"])
def test_every_list_turns_pages_and_costs_few_queries(world, neighbour, as_person, queries, path):
    there = path.format(id=neighbour.id)
    with transaction():
        neighbour.birth_date = TODAY - 5000 * DAY
        for number in range(25):
            make_training(neighbour, by=world.coordinator, number=str(number))
            another = make_person(home_place_id=world.community.id)
            make_credential(another, by=world.coordinator, valid_until=TODAY + number * DAY)
    browser = as_person(neighbour if path.startswith("/me") else world.coordinator)
    queries.clear()
    shown = browser.get(there)
    assert len(queries) <= 7
    assert 'rel="next"' in shown.text
    assert browser.get(f"{there}?after=nonsense").status_code == 422


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"code": "First Aid"}, "Small letters, digits and single hyphens"),
        ({"code": "a--b"}, "Small letters, digits and single hyphens"),
        ({"code": "first-aid"}, "There is a training or qualification with this short name"),
        ({"name_zh": " "}, "name_zh"),
        ({"kind": "insurance"}, "kind"),
    ],
)
def test_a_type_that_cannot_be_added_keeps_what_was_typed(world, as_person, change, says):
    words = {"kind": "training", "name_zh": "消防", "name_en": "Fire safety", "code": "fire"}
    answer = as_person(world.supervisor).post("/credentials/types", data=words | change)
    assert answer.status_code == 422
    assert says in answer.text
    assert "Fire safety" in answer.text
    assert "fire" not in [one.code for one in list_types()]


def test_a_type_is_offered_at_once(world, neighbour, as_person):
    words = {"kind": "training", "name_zh": "消防", "name_en": "Fire safety", "code": "fire"}
    as_person(world.supervisor).post("/credentials/types", data=words)
    form = as_person(world.coordinator).get(f"/credentials/people/{neighbour.id}/add").text
    assert "Fire safety" in form
    assert db.session.query(AuditEntry).filter_by(verb="added-credential-type").count() == 1
