"""The tree as it is read."""

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from tests.factories.places import make_place
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.places import queries
from volunteer_hub.places.actions import add_place
from volunteer_hub.places.models import Place


@pytest.fixture
def tree(app):
    """Two subdistricts whose pinyin is not the order of their codes; a grid below a community."""
    with transaction():
        z = make_place("aaa", kind="subdistrict", name_zh="张掖路街道")
        z.sort_key = "zhang ye lu"
        b = make_place("zzz", kind="subdistrict", name_zh="白银路街道")
        b.sort_key = "bai yin lu"
        community = make_place("gan", parent=b, name_zh="甘家巷社区")
        grid = make_place("gan-1", kind="grid", parent=community, name_zh="第一网格")
        near = make_place("zzz-2", kind="subdistrict", name_zh="草场街街道")
        near.sort_key = "cao chang jie"
    return {"z": z, "b": b, "community": community, "grid": grid, "near": near}


def codes(places):
    return [place.code for place in places]


def test_places_come_in_the_order_of_the_tree_by_pinyin(tree):
    assert codes(queries.list_places()) == ["zzz", "gan", "gan-1", "zzz-2", "aaa"]


def test_below_a_path_ends_at_its_slash(tree):
    found = db.session.scalars(select(Place).where(queries.below("/zzz/"))).all()
    assert set(codes(found)) == {"zzz", "gan", "gan-1"}, "zzz-2 is a neighbour, not below"


def test_within_no_path_is_nothing(tree):
    assert db.session.scalars(select(Place).where(queries.within([]))).all() == []


def test_list_places_by_paths_and_kinds(tree):
    assert codes(queries.list_places(paths=["/zzz/gan/", "/aaa/"])) == ["gan", "gan-1", "aaa"]
    assert codes(queries.list_places(kinds=["community"])) == ["gan"]


def test_ids_within(tree):
    ids = db.session.scalars(queries.ids_within(["/zzz/gan/"])).all()
    assert set(ids) == {tree["community"].id, tree["grid"].id}


def test_choices_are_indented_from_their_top_and_speak_the_readers_language(tree):
    tree["grid"].name_en = "Grid 1"
    tree["community"].name_en = "Ganjiaxiang"
    with force_locale("en"):
        assert [c.label for c in queries.choices(["/zzz/gan/"])] == ["Ganjiaxiang", "　Grid 1"]
    with force_locale("zh_Hans_CN"):
        chosen = queries.choices(["/zzz/gan/"])
    assert chosen[0] == (tree["community"].id, "gan", "甘家巷社区")
    assert chosen[1].label == "　第一网格"


def test_list_above_goes_from_wide_to_narrow(tree):
    assert codes(queries.list_above(tree["grid"])) == ["zzz", "gan"]
    assert queries.list_above(tree["b"]) == []


def test_page_below_shows_only_children_and_turns_pages(app):
    with transaction():
        top = make_place("top", kind="subdistrict")
        for number in range(25):
            make_place(f"c{number:02d}", parent=top)
        make_place("deep", kind="grid", parent=queries.get_by_code("c00"))
    first = queries.page_below(top, after=None)
    second = queries.page_below(top, after=first.next)
    assert codes([*first.items, *second.items]) == [f"c{n:02d}" for n in range(25)]
    assert second.next is None


def test_get_and_find(tree):
    assert queries.get_place(tree["b"].id) is tree["b"]
    assert queries.find_by_code("nowhere") is None
    with pytest.raises(NotFound):
        queries.get_by_code("nowhere")
    with pytest.raises(NotFound):
        queries.get_place(0)


def test_steps():
    assert queries.steps("/a/b/c/") == ["/a/", "/a/b/", "/a/b/c/"]


def test_a_thousand_places_cost_one_query(app, queries):
    from volunteer_hub.places import queries as places

    with transaction():
        top = add_place(code="t", kind="subdistrict", parent=None, name_zh="街道")
        rows = [
            {"code": f"h{n}", "kind": "household", "path": f"/t/h{n}/", "name_zh": "户"}
            | {"sort_key": "hu", "parent_id": top.id}
            for n in range(1000)
        ]
        db.session.execute(Place.__table__.insert(), rows)
    queries.clear()
    assert len(places.list_places()) == 1001
    assert len(queries) == 1
