"""How the tree grows."""

import pytest

from volunteer_hub.foundation.database import transaction
from volunteer_hub.places import queries
from volunteer_hub.places.actions import add_place
from volunteer_hub.places.rules import CodeCannotBeUsed, CodeIsTaken, PlaceDoesNotFit


def add(code="baiyin", kind="subdistrict", parent=None, **more):
    with transaction():
        return add_place(code=code, kind=kind, parent=parent, name_zh="白银路街道", **more)


def test_a_place_knows_its_path_depth_and_pinyin(app):
    top = add(address_en="", phone="0931-000 0000")
    below = add("ganjiaxiang", "community", top)
    assert (top.path, top.depth, top.sort_key) == ("/baiyin/", 1, "bai yin lu jie dao")
    assert (below.path, below.depth, below.parent_id) == ("/baiyin/ganjiaxiang/", 2, top.id)
    assert top.address_en is None, "nothing written is nothing known"


def test_a_code_is_given_once(app):
    add()
    with pytest.raises(CodeIsTaken) as refused:
        add()
    assert refused.value.facts == {"code": "baiyin"}
    assert len(queries.list_places()) == 1


def test_a_code_is_given_once_in_the_whole_tree(app):
    top = add()
    add("same", "community", top)
    other = add("other", "subdistrict")
    with pytest.raises(CodeIsTaken):
        add("same", "community", other)


def test_a_refused_place_is_not_written(app):
    top = add("gan", "community")
    with pytest.raises(PlaceDoesNotFit):
        add("baiyin", "subdistrict", top)
    with pytest.raises(CodeCannotBeUsed):
        add("Bai Yin")
    assert [place.code for place in queries.list_places()] == ["gan"]
