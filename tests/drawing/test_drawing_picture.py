"""The chart of letters: small, in the colours of the style sheet, no sign without its shape."""

from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image

from tests.drawing.test_drawing_colours import LIGHT
from volunteer_hub.drawing import picture
from volunteer_hub.drawing.picture import Column, stacked_png

WORDS = {"title": "服务受益人次", "about": "甘家巷社区", "legend": ("专业", "外展")}
YEAR = [Column(f"{month}月", "", 100 * month, 10 * month) for month in range(1, 13)]


def drawn(columns, **more):
    return Image.open(BytesIO(stacked_png(columns, **(WORDS | more)))).convert("RGB")


def share(image, colour):
    counted = {rgb: count for count, rgb in image.getcolors(1 << 20)}
    return counted.get(tuple(bytes.fromhex(colour[1:])), 0)


@pytest.mark.parametrize(
    ("name", "token"),
    [
        ("INK", "ink"),
        ("INK_2", "ink-2"),
        ("LINE", "grid"),
        ("AXIS", "ctl"),
        ("LOWER", "c1"),
        ("UPPER", "c2"),
        ("UPPER_EDGE", "c2-line"),
    ],
)
def test_the_colours_are_those_of_the_style_sheet(name, token):
    colour = getattr(picture, name)
    assert colour == LIGHT[token]
    assert share(drawn(YEAR), colour) > 500


@pytest.mark.parametrize("scale", [0, 1, 1000])
def test_small_and_sharp_whatever_the_numbers(scale):
    columns = [Column(one.label, "2026", one.lower * scale, one.upper * scale) for one in YEAR]
    content = stacked_png(columns, **WORDS)
    assert content == stacked_png(columns, **WORDS)
    assert len(content) < 60_000
    assert Image.open(BytesIO(content)).width == 1200


def test_columns_grow_with_their_numbers():
    image = drawn(YEAR)
    lower = tuple(bytes.fromhex(picture.LOWER[1:]))
    middles = [round(40 + (place + 0.5) * 1120 / 12) for place in range(12)]
    heights = [
        sum(image.getpixel((x, y)) == lower for y in range(200, image.height)) for x in middles
    ]
    assert all(one < next_one for one, next_one in pairwise(heights))


def test_chinese_words_are_no_empty_boxes():
    """A font without these signs would draw each of them as the same box."""
    words = [drawn(YEAR, title=word).crop((0, 0, 1200, 100)).tobytes() for word in "服务受益"]
    assert len(set(words)) == len(words)
    assert drawn(YEAR, title="服").tobytes() != drawn(YEAR, title="\U0010fffd").tobytes()
