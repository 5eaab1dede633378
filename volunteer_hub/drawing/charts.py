"""Charts that reflow: x in percent, y in pixels, text in rem; no viewBox, no style, no script.

Every chart takes `name`, a short word unique on its page, for the ids of its title and description.
`defs()` must stand once on a page with charts or funding bars.
"""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from volunteer_hub.drawing.chart_frame import Frame, defs, round_top
from volunteer_hub.drawing.geometry import joined, percent, tag

__all__ = ["bars", "defs", "hbar", "round_top", "stacked", "stems"]

GAP = 1.5


def stacked(
    lower: Sequence[int],
    upper: Sequence[int],
    labels: Sequence[str],
    unit: str,
    *,
    title: str,
    desc: str,
    name: str,
    top_value: int = 0,
    height: int = 320,
) -> Markup:
    """Draw two series as columns on top of each other, the sum written above."""
    sums = [first + second for first, second in zip(lower, upper, strict=True)]
    frame = Frame("stacked", len(sums), top_value or round_top(sums), unit, height, 34)
    columns = []
    for place, (first, second, label) in enumerate(zip(lower, upper, labels, strict=True)):
        said = f"{label}: {first:,} + {second:,} = {first + second:,} {unit}"
        low, high = frame.y(first), frame.y(first + second)
        columns.append(
            frame.column(
                place,
                said,
                label,
                f"{first + second:,}",
                high - GAP,
                [("fc1", low, frame.bottom - low), ("fh2", high - GAP, low - high)],
            )
        )
    return frame.drawn(columns, title=title, desc=desc, name=name)


def bars(
    values: Sequence[int],
    labels: Sequence[str],
    unit: str,
    *,
    title: str,
    desc: str,
    name: str,
    top_value: int = 0,
    height: int = 240,
    class_: str = "fc1",
) -> Markup:
    """Draw one series as columns, each with its value above."""
    frame = Frame("bars", len(values), top_value or round_top(values), unit, height, 30)
    columns = [
        frame.column(
            place,
            f"{label}: {value:,} {unit}",
            label,
            f"{value:,}",
            frame.y(value),
            [(class_, frame.y(value), frame.bottom - frame.y(value))],
        )
        for place, (value, label) in enumerate(zip(values, labels, strict=True))
    ]
    return frame.drawn(columns, title=title, desc=desc, name=name)


def stems(
    values: Sequence[int],
    labels: Sequence[str],
    unit: str,
    *,
    usual: tuple[int, int],
    moved: Mapping[int, str] | None = None,
    title: str,
    desc: str,
    name: str,
    top_value: int = 0,
    height: int = 240,
) -> Markup:
    """Draw one stem per event, the usual range as a band behind; a moved event gets a ring.

    `moved` maps a place in `values` to the word that says where it moved.
    """
    moved = moved or {}
    frame = Frame("stems", len(values), top_value or round_top(values), unit, height, 30)
    low, high = usual
    band = tag(
        "rect",
        class_="band",
        x=percent(frame.left),
        width=percent(100 - frame.left),
        y=frame.y(high),
        height=frame.y(low) - frame.y(high),
    )
    drawn = [
        frame.stem(place, value, label, moved.get(place, ""))
        for place, (value, label) in enumerate(zip(values, labels, strict=True))
    ]
    return frame.drawn([band, *drawn], title=title, desc=desc, name=name)


def hbar(value: float, whole: float, class_: str = "fc1", height: int = 18) -> Markup:
    """Draw a bar beside a number that is written in text; it says nothing by itself."""
    share = 100 * min(value / whole, 1) if whole else 0
    track = tag("rect", class_="trk", width="100%", height=height, rx=3)
    filled = tag("rect", class_=class_, width=percent(share), height=height, rx=3)
    return tag(
        "svg",
        joined([track, filled]),
        class_="hbar",
        width="100%",
        height=height,
        aria_hidden="true",
        focusable="false",
    )
