"""Money as water in a channel: spent inside paid out inside awarded, gates across it."""

from collections.abc import Sequence

from markupsafe import Markup

from volunteer_hub.drawing.geometry import joined, percent, tag

Gate = tuple[float, bool, str]
"""Where it stands in percent of the award, whether it is open, its word."""
Caption = tuple[float, str, str]
"""Where it starts in percent of the award, its heading, its second line."""

TOP, HEIGHT, WHOLE_HEIGHT = 34, 40, 140
COMPACT_TOP, COMPACT_HEIGHT, COMPACT_WHOLE = 6, 20, 32
TICK = "M7 11.5l3.5 3.5 6.5-7"
LOCK = "M8.5 10V7.6a3.5 3.5 0 0 1 7 0V10M7 10h10v7H7z"


def fund_bar(
    awarded: int,
    paid: int,
    spent: int,
    label: str,
    *,
    payable: int = 0,
    gates: Sequence[Gate] = (),
    captions: Sequence[Caption] = (),
    compact: bool = False,
    full: int = 0,
) -> Markup:
    """Draw one award.  Amounts are minor units; `full` is what 100 % of the width stands for.

    `label` says all amounts in words: it is all that a screen reader gets.
    """
    whole = max(full or awarded, 1)
    top, height = (COMPACT_TOP, COMPACT_HEIGHT) if compact else (TOP, HEIGHT)
    scale = awarded / whole
    draw_gate = _compact_gate if compact else _gate
    parts = [
        _channel(awarded, paid, spent, payable, whole, top, height),
        *(draw_gate(place * scale, is_open, word) for place, is_open, word in gates),
        *(_caption(place * scale, head, line) for place, head, line in captions if not compact),
    ]
    return tag(
        "svg",
        joined(parts),
        class_="fund c" if compact else "fund",
        width="100%",
        height=COMPACT_WHOLE if compact else WHOLE_HEIGHT,
        role="img",
        aria_label=label,
    )


def _channel(
    awarded: int, paid: int, spent: int, payable: int, whole: int, top: int, height: int
) -> Markup:
    def reach(class_: str, start: int, amount: int, radius: int | None = None) -> Markup:
        return tag(
            "rect",
            class_=class_,
            x=percent(100 * start / whole),
            width=percent(100 * amount / whole),
            y=top,
            height=height,
            rx=radius,
        )

    layers = [reach("aw", 0, awarded, 4), reach("pd", 0, paid), reach("sp", 0, spent)]
    if payable:
        layers.append(reach("py", paid, payable))
    return joined([*layers, reach("edge", 0, awarded, 4)])


def _compact_gate(place: float, is_open: bool, _word: str) -> Markup:
    return _sluice(place, is_open, COMPACT_TOP - 4, COMPACT_TOP + COMPACT_HEIGHT + 4)


def _gate(place: float, is_open: bool, word: str) -> Markup:
    kind = "ok" if is_open else "no"
    board = tag("rect", class_=f"gb {kind}", width=24, height=22, rx=4)
    sign = tag("path", class_="gl", d=TICK if is_open else LOCK)
    plate = tag("g", joined([board, sign]), transform="translate(-12 0)")
    return joined(
        [
            _sluice(place, is_open, TOP - 10, TOP + HEIGHT + 8),
            tag("text", word, class_="gt", x=percent(place), dx=18, y=TOP - 17),
            tag(
                "svg",
                plate,
                class_="gi",
                x=percent(place),
                y=TOP - 33,
                width=24,
                height=24,
                overflow="visible",
            ),
        ]
    )


def _sluice(place: float, is_open: bool, top: int, bottom: int) -> Markup:
    kind = "ok" if is_open else "no"
    x = percent(place)
    return tag("line", class_=f"gate {kind}", x1=x, x2=x, y1=top, y2=bottom)


def _caption(place: float, head: str, line: str) -> Markup:
    x, indent = percent(place), 10 if place else 0
    below = TOP + HEIGHT
    return joined(
        [
            tag("text", head, class_="gx b", x=x, dx=indent, y=below + 30),
            tag("text", line, class_="gx", x=x, dx=indent, y=below + 54),
        ]
    )
