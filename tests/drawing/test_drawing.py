"""Wheel, windows, icons, figures and money: the counts in the pictures are the counts given."""

from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from volunteer_hub.drawing.facade import facade
from volunteer_hub.drawing.figure import figure
from volunteer_hub.drawing.fund import fund_bar
from volunteer_hub.drawing.geometry import on_circle, short, tag
from volunteer_hub.drawing.icons import icon, icon_names, wordmark
from volunteer_hub.drawing.lane import across, lane_bar, time_axis
from volunteer_hub.drawing.mark import mark
from volunteer_hub.drawing.street import wall_street, windows_seen
from volunteer_hub.drawing.wheel import wheel

DAY = (7.0, 21.0)


def classes(drawn: Markup) -> list[str]:
    """Parse the picture, which must be well-formed, and list its classes."""
    return [element.get("class", "") for element in ElementTree.XML(drawn).iter()]


def path_of(drawn: Markup, class_: str) -> str:
    root = ElementTree.XML(drawn)
    return next(e.get("d", "") for e in root.iter("path") if e.get("class") == class_)


@pytest.mark.parametrize(("days", "passed"), [(30, 19), (31, 1), (28, 27), (30, 0)])
def test_the_wheel_has_a_bucket_for_each_day_but_the_fifth(days: int, passed: int) -> None:
    drawn = classes(wheel(days, passed))

    assert drawn.count("wh-past") == max(passed - 1, 0)
    assert drawn.count("wh-today") == (1 if passed else 0)
    assert sum(drawn.count(f"wh-{kind}") for kind in ("past", "today", "next")) == days - 1


def test_the_mark_has_one_lit_house_of_five() -> None:
    drawn = classes(mark())

    assert drawn.count("mk-lit") == 1
    assert drawn.count("mk-h") == 5  # four houses and the hub
    assert drawn.count("mk-w") == 2


def test_the_wall_lights_exactly_as_many_windows_as_neighbours() -> None:
    drawn = wall_street(412, "412 people")

    assert path_of(drawn, "st-lit").count("M") == 412
    assert 'aria-label="412 people"' in drawn


def test_the_wall_never_lights_more_windows_than_can_be_seen() -> None:
    assert path_of(wall_street(9_999, "many"), "st-lit").count("M") == windows_seen()


def test_the_facade_keeps_one_window_for_each_household() -> None:
    floors = [["done", "away", "refused", "vacant"], ["pending", "none", "none", "done"]]

    drawn = facade([floors, floors], "two units")

    assert path_of(drawn, "fa-d").count("z") == 4
    assert path_of(drawn, "fa-p").count("z") == 2
    assert [path_of(drawn, f"fa-{kind}").count("z") for kind in "nvr"] == [2, 2, 2]
    assert classes(drawn).count("fa-door") == 2


def test_an_icon_must_be_in_the_list() -> None:
    with pytest.raises(LookupError, match=r"icons\.txt"):
        icon("dragon")


def test_an_icon_and_the_word_mark_refer_to_the_sprite() -> None:
    assert 'href="/static/built/icons.svg#home"' in icon("home")
    assert 'href="/s.svg?v=1#wordmark"' in wordmark("/s.svg?v=1")
    assert "home" in icon_names()


@pytest.mark.parametrize("unit", ["", "  "])
def test_a_figure_without_a_unit_is_refused(unit: str) -> None:
    with pytest.raises(ValueError, match="needs a unit"):
        figure("35,000", unit)


def test_a_figure_escapes_its_parts() -> None:
    assert "&lt;b&gt;" in figure("<b>", "人次")


def test_money_is_drawn_in_shares_of_the_award() -> None:
    drawn = fund_bar(1_800_000, 900_000, 786_240, "said", payable=720_000)

    assert 'class="pd" x="0%" width="50%"' in drawn
    assert 'class="sp" x="0%" width="43.68%"' in drawn
    assert 'class="py" x="50%" width="40%"' in drawn


def test_several_awards_share_one_scale() -> None:
    drawn = fund_bar(1_000_000, 0, 0, "said", gates=[(50, True, "")], compact=True, full=2_000_000)

    assert 'class="aw" x="0%" width="50%"' in drawn
    assert 'x1="25%"' in drawn


def test_an_award_of_nothing_can_be_drawn() -> None:
    assert "100%" in fund_bar(0, 0, 0, "nothing yet")


def test_a_lane_has_a_disc_for_each_place() -> None:
    drawn = classes(lane_bar((8, 12.5), DAY, (16, 14, 11), "run", "said", now=9.2))

    assert (drawn.count("ld in"), drawn.count("ld bk"), drawn.count("ld gap")) == (11, 3, 2)
    assert drawn.count("now") == 1


def test_no_now_line_on_another_day() -> None:
    assert "now" not in classes(lane_bar((8, 9), DAY, (1, 0, 0), "next", "said"))


def test_hours_outside_the_day_stay_on_the_board() -> None:
    assert across(5, DAY) == 0
    assert across(14, DAY) == 50
    assert across(23, DAY) == 100


def test_text_and_attributes_are_escaped() -> None:
    assert tag("text", "<b>", title='"') == '<text title="&#34;">&lt;b&gt;</text>'


def test_coordinates_are_short() -> None:
    assert [short(value) for value in (1.0, 0.126, -0.001, 12)] == ["1", "0.13", "0", "12"]
    assert on_circle(10, 0) == pytest.approx((0, -10))


def test_the_time_of_now_covers_no_hour() -> None:
    assert ">10:00<" in time_axis(DAY)
    assert ">10:00<" in time_axis(DAY, 11.5, "11:30")
    assert ">10:00<" not in time_axis(DAY, 10.5, "10:30")
    assert ">20:00<" in time_axis(DAY, 21.05, "21:03"), "now is not shown"
