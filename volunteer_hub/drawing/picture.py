"""A chart as a PNG, for letters: mail programs show no SVG, and read no style sheet.

600 CSS pixels wide and twice as sharp, on white ground of its own, so that it reads in dark mail
programs too.  The same facts give the same bytes.
"""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import NamedTuple

import pylopdf_fonts_zh_cn
from PIL import Image, ImageColor, ImageDraw, ImageFont

from volunteer_hub.drawing.chart_frame import STEPS, round_top

WIDTH, MARGIN = 1200, 40  # two pixels for each CSS pixel
HEAD, HIGH, FOOT = 280, 380, 112  # all lengths are pixels of the picture
BAR, GAP = 0.6, 4  # the share of a column that is filled; between both pieces
TITLE, PLAIN, SMALL, VALUE = 44, 34, 29, 34  # heights of letters
# The light tokens of the style sheets.
GROUND, INK, INK_2, LINE, AXIS = "#ffffff", "#27221b", "#5a5145", "#e6dccb", "#8f8371"
LOWER, UPPER, UPPER_EDGE = "#0f5a60", "#e09a2c", "#8f5800"
HATCH = 14  # from line to line
SHADES = 16


class Column(NamedTuple):
    """Two pieces on top of each other; `below` may name a year where one begins."""

    label: str
    below: str
    lower: int
    upper: int


def stacked_png(
    columns: Sequence[Column], *, title: str, about: str, legend: tuple[str, str]
) -> bytes:
    """Draw columns of two pieces, with their sums above; the words below the title name them."""
    image = Image.new("RGB", (WIDTH, HEAD + HIGH + FOOT), GROUND)
    draw = ImageDraw.Draw(image)
    _head(image, draw, title, about, legend)
    bottom = image.height - FOOT
    top = round_top([column.lower + column.upper for column in columns])
    for step in range(1, STEPS + 1):
        y = bottom - HIGH * step // STEPS
        draw.rectangle((MARGIN, y, WIDTH - MARGIN - 1, y + 1), LINE)
    size = _fitting([f"{column.lower + column.upper:,}" for column in columns])
    wide = (WIDTH - 2 * MARGIN) / len(columns)
    for place, column in enumerate(columns):
        middle = round(MARGIN + (place + 0.5) * wide)
        upper_end = _pieces(image, draw, column, middle, round(wide * BAR / 2), bottom, top)
        written = f"{column.lower + column.upper:,}"
        draw.text((middle, upper_end - 8), written, INK, _font(size), anchor="ms")
        draw.text((middle, bottom + 46), column.label, INK_2, _font(PLAIN), anchor="ms")
        draw.text((middle, bottom + 84), column.below, INK_2, _font(SMALL), anchor="ms")
    draw.rectangle((MARGIN, bottom, WIDTH - MARGIN - 1, bottom + 2), AXIS)
    return _written(image)


def _head(
    image: Image.Image, draw: ImageDraw.ImageDraw, title: str, about: str, legend: tuple[str, str]
) -> None:
    draw.text((MARGIN, MARGIN + 40), title, INK, _font(TITLE), anchor="ls")
    draw.text((MARGIN, MARGIN + 92), about, INK_2, _font(PLAIN), anchor="ls")
    x, y = MARGIN, MARGIN + 118
    for number, word in enumerate(legend):
        _fill(image, draw, (x, y, x + 32, y + 32), hatched=bool(number))
        draw.text((x + 42, y + 29), word, INK_2, _font(PLAIN), anchor="ls")
        x += 42 + round(draw.textlength(word, _font(PLAIN))) + 40


def _pieces(
    image: Image.Image,
    draw: ImageDraw.ImageDraw,
    column: Column,
    middle: int,
    half: int,
    bottom: int,
    top: int,
) -> int:
    """Draw both pieces; give where the upper one ends."""
    y = bottom
    for amount, hatched in ((column.lower, False), (column.upper, True)):
        if amount > 0:
            height = max(round(HIGH * amount / top), 2 * GAP)
            _fill(image, draw, (middle - half, y - height, middle + half, y), hatched=hatched)
            y -= height + (0 if hatched else GAP)
    return y


def _fill(
    image: Image.Image,
    draw: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    *,
    hatched: bool,
) -> None:
    left, upper, right, lower = box
    inside = (left, upper, right - 1, lower - 1)
    if not hatched:
        draw.rectangle(inside, LOWER)
        return
    size = (right - left, lower - upper)
    image.paste(_hatching().crop((0, 0, *size)), (left, upper))
    draw.rectangle(inside, outline=UPPER_EDGE, width=2)


@cache
def _hatching() -> Image.Image:
    """Draw slanting lines, four times as large first, so that their edges are smooth."""
    wide, high, fine = 100, HIGH, 4
    large = Image.new("RGB", (wide * fine, high * fine), UPPER)
    draw = ImageDraw.Draw(large)
    for start in range(-high * fine, (wide + high) * fine, HATCH * fine):
        draw.line((start, high * fine, start + high * fine, 0), GROUND, 5 * fine)
    return large.resize((wide, high), Image.Resampling.BOX)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), size)


def _fitting(texts: Sequence[str]) -> int:
    """Give the largest size in which each sum is no wider than its column."""
    room = (WIDTH - 2 * MARGIN) / len(texts) - 8
    widest = max(_font(VALUE).getlength(text) for text in texts)
    return VALUE if widest <= room else int(VALUE * room / widest)


@cache
def _palette() -> Image.Image:
    """Mix every colour with what it stands on: edges of letters and of lines need shades."""
    pairs = [(INK, GROUND), (INK_2, GROUND), (UPPER, GROUND), (INK, LINE)]
    shades = [
        round(colour + (ground - colour) * step / SHADES)
        for pair in pairs
        for step in range(SHADES + 1)
        for colour, ground in zip(*map(ImageColor.getrgb, pair), strict=True)
    ]
    plain = [
        part for colour in (LINE, AXIS, LOWER, UPPER_EDGE) for part in ImageColor.getrgb(colour)
    ]
    palette = Image.new("P", (1, 1))
    palette.putpalette(plain + shades)
    return palette


def _written(image: Image.Image) -> bytes:
    kept = image.quantize(palette=_palette(), dither=Image.Dither.NONE)
    file = BytesIO()
    kept.save(file, "PNG")  # to press it harder saves a tenth and takes four times as long
    return file.getvalue()
