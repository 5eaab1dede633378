"""Lists by cursor: nothing skipped, nothing twice, nothing made up."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.foundation.paper_trail import Diary
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import Page, read_page
from volunteer_hub.foundation.refusal import BrokenInput

DAY = date(2026, 12, 1)
NOON = datetime(2026, 12, 1, 4, tzinfo=UTC)


@pytest.fixture
def diary(app):
    """Seven rows on three days: many share their day, and two even their moment."""
    Diary.__table__.create(db.session.connection())
    for number, days in enumerate([0, 0, 0, 1, 1, 2, 2], start=1):
        add(number, days)
    return Diary


def add(number, days):
    moment = NOON + timedelta(days=days)
    db.session.add(Diary(id=number, on=DAY + timedelta(days=days), at=moment, title=f"第{number}"))
    db.session.flush()


def walk(*keys, between=None, limit=3, **how):
    """Read the list page by page to its end; do something in between."""
    after, pages = None, []
    while True:
        page = read_page(select(Diary), keys=keys, after=after, limit=limit, **how)
        pages.append([row.id for row in page.items])
        after = page.next
        if after is None:
            return pages
        if between:
            between(len(pages))


@pytest.mark.parametrize("first", ["on", "at"])
def test_three_pages_with_ties(diary, first):
    assert walk(getattr(diary, first), diary.id) == [[1, 2, 3], [4, 5, 6], [7]]


@pytest.mark.parametrize("first", ["on", "at"])
def test_backwards(diary, first):
    pages = walk(getattr(diary, first), diary.id, descending=True)
    assert pages == [[7, 6, 5], [4, 3, 2], [1]]


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8])
def test_pages_of_any_size_hold_the_same_rows(diary, limit):
    pages = walk(diary.on, diary.id, limit=limit)
    assert [row for page in pages for row in page] == [1, 2, 3, 4, 5, 6, 7]
    assert all(len(page) <= limit for page in pages)
    assert pages[-1]  # a full last page does not promise an empty one behind it


def test_rows_that_come_and_go_neither_skip_nor_repeat_the_others(diary):
    def between(page):
        if page == 1:
            add(10, 0)  # behind the reader
            add(11, 1)  # on the page to come
            db.session.delete(db.session.get_one(diary, 2))  # was on the page just read
            db.session.delete(db.session.get_one(diary, 3))  # was its last row
            db.session.flush()

    assert walk(diary.on, diary.id, between=between) == [[1, 2, 3], [10, 4, 5], [11, 6, 7]]


def test_a_page_may_hold_rows_made_by_the_query(diary):
    later = func.lower(diary.title).label("low")
    rows = select(later, diary.id)
    first = read_page(rows, keys=[later, diary.id], after=None, limit=4, scalars=False)
    rest = read_page(rows, keys=[later, diary.id], after=first.next, limit=4, scalars=False)
    assert [row.id for row in [*first.items, *rest.items]] == [1, 2, 3, 4, 5, 6, 7]


def test_empty_values_are_ordered_by_what_stands_for_them(diary):
    named = func.coalesce(diary.note, "").label("named")
    rows, keys = select(diary.id, named), [named, diary.id]
    db.session.get_one(diary, 3).note = "b"
    db.session.get_one(diary, 1).note = "a"
    db.session.flush()
    first = read_page(rows, keys=keys, after=None, limit=5, scalars=False)
    rest = read_page(rows, keys=keys, after=first.next, scalars=False)
    assert [row.id for row in [*first.items, *rest.items]] == [2, 4, 5, 6, 7, 1, 3]


def test_a_key_that_may_be_empty_is_refused_before_it_loses_rows(diary):
    with pytest.raises(TypeError, match=r"coalesce\(Diary\.note"):
        read_page(select(diary), keys=[diary.note, diary.id], after=None)


def cursor_of(*keys, **how):
    return read_page(select(Diary), keys=keys, after=None, limit=3, **how).next


def test_a_cursor_of_another_list_is_refused(diary):
    of_days = cursor_of(diary.on, diary.id)
    for keys, how in [
        ([diary.at, diary.id], {}),
        ([diary.id], {}),
        ([diary.on, diary.id], {"descending": True}),
    ]:
        with pytest.raises(BrokenInput):
            read_page(select(diary), keys=keys, after=of_days, **how)


def test_a_cursor_of_another_table_with_the_same_columns_is_refused(diary):
    from volunteer_hub.people.models import Person

    of_days = cursor_of(diary.id)
    with pytest.raises(BrokenInput):
        read_page(select(Person), keys=[Person.id], after=of_days)


@pytest.mark.parametrize(
    "forge", [lambda c: c[:-1], lambda c: f"x{c}", lambda _: "1", lambda _: "."]
)
def test_a_forged_cursor_is_refused(diary, forge):
    with pytest.raises(BrokenInput) as refused:
        read_page(
            select(diary), keys=[diary.on, diary.id], after=forge(cursor_of(diary.on, diary.id))
        )
    assert refused.value.status == 422
    assert refused.value.errors[0][0] == "after"


def test_a_cursor_signed_with_another_secret_is_refused(diary, app):
    cursor = cursor_of(diary.id)
    kept, app.config["SECRET_KEY"] = app.config["SECRET_KEY"], "another secret"
    try:
        with pytest.raises(BrokenInput):
            read_page(select(diary), keys=[diary.id], after=cursor)
    finally:
        app.config["SECRET_KEY"] = kept


def test_a_cursor_may_stand_in_an_address(diary):
    from urllib.parse import quote

    cursor = cursor_of(diary.on, diary.title, diary.id)
    assert quote(cursor, safe="") == cursor


def test_an_empty_list_is_one_empty_page(diary):
    page = read_page(select(diary).where(diary.id < 0), keys=[diary.id], after=None)
    assert (list(page.items), page.next) == ([], None)


def test_one_question_per_page(diary, queries):
    walk(diary.on, diary.id)
    assert len(queries) == 3


def test_a_page_can_show_its_rows_otherwise():
    assert Page([1, 2], "next").map(str) == Page(["1", "2"], "next")
