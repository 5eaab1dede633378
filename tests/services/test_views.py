"""What staff see and do in the book, page by page."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.places import make_place
from tests.factories.projects import make_project
from tests.factories.services import make_record, make_row, make_sheet, make_xlsx, work
from tests.world import World
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.sheets import read_rows
from volunteer_hub.services.models import ImportBatch, ServiceRecord
from volunteer_hub.services.rules.sheets import SheetIsEmpty, find_rows

Browser = Callable[..., FlaskClient]
MOST_QUERIES = 11


def one(table: type[Any]) -> Any:
    db.session.expire_all()
    return db.session.scalars(select(table).order_by(table.id.desc()).limit(1)).one()


def form(world: World, **more: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "occurred_on": "2026-11-05",
        "place": world.community.id,
        "project": 0,
        "mode": "outreach",
        "service_type": "上门探访",
        "person_times": 9,
        "persons_known": 4,
        "evidence": "签到表 12",
        "note": "",
    }
    return facts | more


def test_a_record_is_written_as_a_draft(world: World, as_person: Browser) -> None:
    with transaction():
        project = make_project(world.community)
    browser = as_person(world.grid_worker)
    answer = browser.post("/services", data=form(world, project=project.id))
    record = one(ServiceRecord)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/services/{record.id}")
    assert (record.state, record.created_by) == ("draft", world.grid_worker.id)
    assert (record.person_times, record.persons_known) == (9, 4)
    assert (record.place_id, record.project_id) == (world.community.id, project.id)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("person_times", "0", "Number must be between 1 and 100000"),
        ("person_times", "neun", "Not a valid integer value"),
        ("persons_known", "10", "Known persons cannot be more than person-times."),
        ("service_type", " ", "Please fill this in."),
        ("mode", "", "Please fill this in."),
        ("occurred_on", "gestern", "Not a valid date value"),
        ("occurred_on", "2999-01-01", "This day has not come yet."),
    ],
)
def test_a_broken_form_says_why_and_keeps_what_was_typed(
    world: World, as_person: Browser, field: str, value: str, said: str
) -> None:
    data = form(world, note="雨天改在室内") | {field: value}
    answer = as_person(world.grid_worker).post("/services", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert "雨天改在室内" in answer.text


def test_a_place_outside_the_scope_cannot_be_chosen(world: World, as_person: Browser) -> None:
    data = form(world, place=world.elsewhere.id)
    answer = as_person(world.grid_worker).post("/services", data=data)
    assert answer.status_code == 422
    assert "Not a valid choice" in answer.text


def test_person_times_and_persons_are_shown_apart_with_their_units(
    world: World, as_person: Browser
) -> None:
    with transaction():
        record = make_record(
            world.community, world.grid_worker, person_times=4800, persons_known=1234
        )
    page = as_person(world.coordinator, language="zh").get(f"/services/{record.id}").text
    assert "4,800 人次" in page
    assert "1,234 人" in page
    assert "6,034" not in page


def test_the_page_of_a_record_tells_who_stands_for_it(world: World, as_person: Browser) -> None:
    with transaction():
        record = make_record(world.community, world.grid_worker, verifier=world.coordinator)
    browser = as_person(world.second_coordinator)
    assert "Written by 李静" in browser.get(f"/services/{record.id}").text
    browser.post(f"/services/{record.id}/reverse", data={"reason": "重复登记"})
    reversal = one(ServiceRecord)
    page = browser.get(f"/services/{record.id}").text
    assert "Verified by 马丽" in page
    assert "重复登记" in page
    assert f'href="/services/{reversal.id}"' in page
    assert f'href="/services/{record.id}"' in browser.get(f"/services/{reversal.id}").text


def test_settling_goes_back_to_the_list_it_was_done_from(world: World, as_person: Browser) -> None:
    with transaction():
        record = make_record(world.community, world.grid_worker)
    browser = as_person(world.coordinator)
    assert f"/services/{record.id}/verify" in browser.get("/services/waiting").text
    there = {"next": "/services/waiting"}
    answer = browser.post(f"/services/{record.id}/verify", data=there)
    assert answer.headers["Location"] == "/services/waiting"
    outside = browser.post(f"/services/{record.id}/verify", data={"next": "//evil.example"})
    assert outside.headers["Location"] == "/"


def test_nothing_is_returned_without_a_reason(world: World, as_person: Browser) -> None:
    with transaction():
        record = make_record(world.community, world.grid_worker)
    answer = as_person(world.coordinator).post(
        f"/services/{record.id}/reject", data={"reason": " "}, follow_redirects=True
    )
    assert "Please say why" in answer.text
    assert one(ServiceRecord).state == "draft"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"义诊", "理发", "探访"}),
        ("?from=2026-11-02&to=2026-11-02", {"理发"}),
        ("?from=2026-11-02", {"理发", "探访"}),
        ("?to=2026-11-01", {"义诊"}),
        ("?mode=outreach", {"探访"}),
        ("?state=verified", {"理发"}),
        ("?project=yinling", {"探访"}),
        ("?place=lou", {"理发"}),
        ("?place=ganjiaxiang&mode=professional&state=draft", {"义诊"}),
        ("?from=2001-01-01&to=2001-12-31", set()),
    ],
)
def test_the_list_is_narrowed(
    world: World, as_person: Browser, query: str, shown: set[str]
) -> None:
    with transaction():
        lou = make_place("lou", kind="compound", parent=world.community, name_zh="兰东小区")
        project = make_project(world.community, slug="yinling")
        kind = {"occurred_on": date(2026, 11, 1), "service_type": "义诊"}
        make_record(world.community, world.grid_worker, **kind)
        kind = {"occurred_on": date(2026, 11, 2), "service_type": "理发"}
        make_record(lou, world.grid_worker, verifier=world.coordinator, **kind)
        kind = {"occurred_on": date(2026, 11, 3), "service_type": "探访"}
        make_record(world.community, world.grid_worker, mode="outreach", project=project, **kind)
    page = as_person(world.coordinator).get(f"/services{query}")
    assert page.status_code == 200
    assert {word for word in ("义诊", "理发", "探访") if word in page.text} == shown


def test_a_filter_that_cannot_be_read_is_named(world: World, as_person: Browser) -> None:
    answer = as_person(world.coordinator).get("/services?from=gestern&place=nirgends")
    assert answer.status_code == 422
    assert "Not a valid date value" in answer.text
    assert "Not a valid choice" in answer.text


def test_the_list_is_paged_and_costs_the_same_on_every_page(
    world: World, as_person: Browser, queries: list[str]
) -> None:
    with transaction():
        for n in range(45):
            day = date(2026, 11, 20) - timedelta(days=n // 2)
            make_record(world.community, world.grid_worker, occurred_on=day)
    browser = as_person(world.coordinator)
    url, seen, costs = "/services?state=draft", [], []
    while url:
        queries.clear()
        page = browser.get(url).text
        costs.append(len(queries))
        seen += [part.split('"')[0] for part in page.split('<h3>\n        <a href="/services/')[1:]]
        more = page.split('rel="next"')[0].rsplit('href="', 1)[1] if 'rel="next"' in page else ""
        url = more.split('"')[0].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 45
    assert max(costs) <= MOST_QUERIES, costs
    assert len(set(costs)) == 1


def upload(browser: FlaskClient, world: World, content: bytes, do: str = "check") -> Any:
    data = {"file": (io.BytesIO(content), "十一月.xlsx"), "place": world.community.id, "do": do}
    return browser.post("/services/import", data=data)


def test_a_sheet_is_checked_then_imported_then_verified(world: World, as_person: Browser) -> None:
    writer, verifier = as_person(world.grid_worker), as_person(world.coordinator)
    answer = upload(writer, world, make_xlsx([make_row(evidence="1"), make_row(evidence="2")]))
    there = answer.headers["Location"]
    assert "A worker reads it" in writer.get(there).text
    work()
    assert "Import these rows" in writer.get(there).text
    assert db.session.scalars(select(ServiceRecord)).all() == []
    there = writer.post(f"{there}/import").headers["Location"]
    work()
    assert "Verify these 2 records" not in writer.get(there).text
    assert "Verify these 2 records" in verifier.get(there).text
    assert there in verifier.get("/services/waiting").text
    verifier.post(f"{there}/verify")
    db.session.expire_all()
    assert {r.state for r in db.session.scalars(select(ServiceRecord))} == {"verified"}


def test_bad_rows_are_told_one_by_one_in_the_readers_language(
    world: World, as_person: Browser
) -> None:
    with transaction():
        rows = [make_row(), make_row(mode="上门", person_times="十二")]
        batch = make_sheet(world.community, world.grid_worker, rows)
    work()
    url = f"/services/import/{batch.id}"
    english = as_person(world.grid_worker).get(url).text
    assert "Row 3" in english
    assert "“十二” is not a whole number. Write digits only, such as 12." in english
    assert "Import the 1 good row" in english
    chinese = as_person(world.grid_worker, language="zh").get(url).text
    assert "第 3 行" in chinese
    assert "“上门”不是服务方式，请填专业、外展或其他。" in chinese
    as_person(world.grid_worker).post(f"{url}/import", data={"good_rows_only": "1"})
    work()
    assert one(ImportBatch).rows_new == 1


def test_the_same_sheet_leads_to_its_first_import(world: World, as_person: Browser) -> None:
    browser, content = as_person(world.grid_worker), make_xlsx([make_row()])
    first = upload(browser, world, content, "import").headers["Location"]
    again = upload(browser, world, content, "import")
    assert (again.status_code, again.headers["Location"]) == (303, first)
    assert "nothing was counted twice" in browser.get(first).text
    partner = upload(as_person(world.partner_contact), world, content, "import")
    assert partner.headers["Location"] == "/services/import"


def test_a_file_that_is_no_sheet_is_refused_at_its_field(world: World, as_person: Browser) -> None:
    answer = upload(as_person(world.grid_worker), world, b"\x00\x01")
    assert answer.status_code == 422
    assert "Save it as XLSX or CSV" in answer.text


def test_the_template_can_be_read_and_holds_no_row(world: World, as_person: Browser) -> None:
    answer = as_person(world.grid_worker).get("/services/import/template.xlsx")
    with pytest.raises(SheetIsEmpty):
        find_rows(read_rows(answer.data))
    assert utc_now().year == read_rows(answer.data)[1][0].year


def test_the_page_of_a_sheet_asks_the_database_little(
    world: World, as_person: Browser, queries: list[str]
) -> None:
    with transaction():
        batch = make_sheet(world.community, world.grid_worker, [make_row() for _ in range(30)])
    work()
    browser = as_person(world.coordinator)
    for url in (f"/services/import/{batch.id}", "/services/waiting", "/services/import"):
        queries.clear()
        assert browser.get(url).status_code == 200
        assert len(queries) <= MOST_QUERIES, (url, queries)
