"""The contrasts that the design promises, read from the style sheet itself."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "static/css/tokens.css").read_text()
LIGHT, DARK, DARK_CHOSEN = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", block))
    for block in (
        TOKENS.split("@media")[0],
        TOKENS.split("prefers-color-scheme:dark")[1].split("[data-bs-theme=dark]")[0],
        TOKENS.split("\n[data-bs-theme=dark]")[1].split("html:lang")[0],
    )
)
TEXT = 4.5
SHAPE = 3.0
PAIRS = [
    ("ink", "paper", TEXT),
    ("ink-2", "paper", TEXT),
    ("ink-2", "sunk", TEXT),
    ("ink-3", "surface", TEXT),
    ("river", "paper", TEXT),
    ("on-river", "river", TEXT),
    ("on-lit", "lit", TEXT),
    ("lit-ink", "lit-soft", TEXT),
    ("brick", "surface", TEXT),
    ("brick-deep", "brick-soft", TEXT),
    ("tree", "tree-soft", TEXT),
    ("on-plate", "plate", TEXT),
    ("on-loess", "loess", TEXT),
    ("loess-link", "loess", TEXT),
    ("ctl", "surface", SHAPE),
]


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, LIGHT | DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("above", "below", "least"), PAIRS)
def test_contrast(theme: dict[str, str], above: str, below: str, least: float) -> None:
    assert contrast(theme[above], theme[below]) >= least


def test_dark_by_system_and_dark_by_choice_are_the_same() -> None:
    assert DARK == DARK_CHOSEN
    assert len(DARK) > 30
