"""What may stand below what."""

import pytest

from volunteer_hub.places import rules
from volunteer_hub.places.rules import KIND_NAMES, KINDS, CodeCannotBeUsed, PlaceDoesNotFit


@pytest.mark.parametrize("parent", KINDS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_place_stands_only_below_a_wider_one(kind, parent):
    if KINDS.index(kind) > KINDS.index(parent):
        rules.ensure_fits(kind, parent_kind=parent)
    else:
        with pytest.raises(PlaceDoesNotFit):
            rules.ensure_fits(kind, parent_kind=parent)


@pytest.mark.parametrize("kind", KINDS)
def test_any_kind_may_stand_at_the_top(kind):
    rules.ensure_fits(kind, parent_kind=None)


def test_every_kind_has_a_name():
    assert set(KIND_NAMES) == set(KINDS)


@pytest.mark.parametrize("code", ["baiyin", "ganjiaxiang-3", "b2", "2-1-401", "a" * 60])
def test_plain_codes_can_be_used(code):
    rules.ensure_usable(code)


@pytest.mark.parametrize(
    "code",
    ["", "Baiyin", "-a", "a-", "a--b", "a b", "a/b", "白银", "a_b", "a%", "add", "a" * 61, "a\n"],
)
def test_other_codes_cannot(code):
    with pytest.raises(CodeCannotBeUsed):
        rules.ensure_usable(code)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("陈晓梅", "chen xiao mei"),
        ("白银路街道", "bai yin lu jie dao"),
        ("Anna Schmidt", "anna schmidt"),
        ("第1网格", "di 1 wang ge"),
        ("ＡＢＣ", "abc"),
        ("  ", ""),
    ],
)
def test_pinyin(name, written):
    assert rules.pinyin(name) == written
