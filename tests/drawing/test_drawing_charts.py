"""Charts: every value is drawn, said and labelled; no viewBox, no style."""

from typing import TypedDict
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from volunteer_hub.drawing import charts


class Words(TypedDict):
    title: str
    desc: str
    name: str


MONTHS = [f"{number}月" for number in range(1, 13)]
WORDS: Words = {"title": "服务人次", "desc": "从1月到12月", "name": "c1"}


def elements(drawn: Markup, name: str, class_: str) -> list[ElementTree.Element]:
    root = ElementTree.XML(drawn)
    return [element for element in root.iter(name) if element.get("class") == class_]


def test_stacked_columns_say_both_parts_and_their_sum() -> None:
    drawn = charts.stacked([1480, 1120], [620, 380], MONTHS[:2], "人次", **WORDS)

    assert "1月: 1,480 + 620 = 2,100 人次" in drawn
    assert [e.text for e in elements(drawn, "text", "vl")] == ["2,100", "1,500"]
    assert len(elements(drawn, "rect", "fc1")) == len(elements(drawn, "rect", "fh2")) == 2


def test_series_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        charts.stacked([1], [1, 2], ["1月"], "人次", **WORDS)


def test_bars_are_as_high_as_their_values() -> None:
    drawn = charts.bars([300, 150], ["1", "2"], "小时", top_value=300, **WORDS)

    heights = [float(e.get("height", 0)) for e in elements(drawn, "rect", "fc1")]
    assert heights[0] == pytest.approx(2 * heights[1])


def test_bars_of_a_year_without_anything_can_be_drawn() -> None:
    assert len(elements(charts.bars([0] * 12, MONTHS, "小时", **WORDS), "rect", "fc1")) == 12


def test_moved_markets_are_hollow_and_say_where_to() -> None:
    drawn = charts.stems(
        [30, 32], ["1", "2"], "家", usual=(30, 50), moved={1: "改到2月12日"}, **WORDS
    )

    assert len(elements(drawn, "circle", "kn")) == 1
    assert len(elements(drawn, "circle", "kn mv")) == 1
    assert "2: 32 家, 改到2月12日" in drawn


def test_the_month_sign_is_a_span_that_phones_leave_out() -> None:
    assert '1<tspan class="mo">月</tspan>' in charts.bars([1], ["1月"], "家", **WORDS)


def test_a_chart_names_its_title_and_description() -> None:
    drawn = charts.bars([1], ["1"], "家", **WORDS)

    assert 'aria-labelledby="c1-t c1-d"' in drawn
    assert "viewBox" not in drawn
    assert "style=" not in drawn


def test_words_are_escaped() -> None:
    drawn = charts.bars([1], ["<b>"], "<i>", title="<u>", desc="&", name="x")

    assert "<b>" not in drawn
    assert "<u>" not in drawn


@pytest.mark.parametrize(
    ("highest", "top"),
    [(5830, 6000), (1032, 1200), (52, 60), (3, 3), (0, 3), (1, 3), (100_000, 120_000)],
)
def test_the_top_of_the_scale_is_round_and_divides_by_three(highest: int, top: int) -> None:
    assert charts.round_top([highest]) == top


def test_a_bar_beside_a_number_never_leaves_its_track() -> None:
    assert 'class="fc1" width="100%"' in charts.hbar(7, 5)
    assert 'class="fc1" width="0%"' in charts.hbar(0, 0)
