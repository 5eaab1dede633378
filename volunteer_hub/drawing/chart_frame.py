"""The frame of a chart with columns: scale, grid, labels, title, patterns."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from volunteer_hub.drawing.geometry import joined, percent, tag

Part = tuple[str, float, float]
"""The class, the upper edge and the height of a piece of a column."""

BOTTOM_MARGIN, STEPS = 30, 3
COLUMN_SHARE = 0.62
PATTERNS = Markup(
    '<defs><pattern id="p-hatch" width="7" height="7" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="fc2" width="7" height="7"/>'
    '<path class="pt" d="M0 0v7"/></pattern>'
    '<pattern id="p-dots" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect class="fc4" width="8" height="8"/><circle class="ptf" cx="2" cy="2" r="1.3"/>'
    '<circle class="ptf" cx="6" cy="6" r="1.3"/></pattern>'
    '<pattern id="p-hatch1" width="7" height="7" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(-45)"><rect class="fsoft" width="7" height="7"/>'
    '<path class="pt1" d="M0 0v7"/></pattern>'
    '<pattern id="p-next" width="8" height="8" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="flitsoft" width="8" height="8"/>'
    '<path class="ptlit" d="M0 0v8"/></pattern></defs>'
)


def defs() -> Markup:
    """Draw the patterns that charts, swatches and funding bars refer to; once on a page."""
    return tag(
        "svg", PATTERNS, class_="defs", width=0, height=0, aria_hidden="true", focusable="false"
    )


def round_top(values: Sequence[float]) -> int:
    """Return a round top of the scale that three equal steps reach: 5830 → 6000."""
    step = max([*values, 1]) / STEPS
    size = 10 ** math.floor(math.log10(step)) if step >= 1 else 1
    nice = next(
        factor * size for factor in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if factor * size >= step
    )
    return STEPS * math.ceil(nice)


@dataclass(frozen=True)
class Frame:
    """Where a chart's columns stand; y grows downwards in pixels, x runs in percent."""

    kind: str
    columns: int
    top_value: int
    unit: str
    height: int
    top: int
    left: float = 0.5

    @property
    def bottom(self) -> int:
        return self.height - BOTTOM_MARGIN

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * value / self.top_value

    def middle(self, place: int) -> float:
        return self.left + (place + 0.5) * (100 - self.left) / max(self.columns, 1)

    def drawn(self, parts: Iterable[Markup], *, title: str, desc: str, name: str) -> Markup:
        """Put the parts on the grid, with a title and a description for screen readers."""
        heads = [tag("title", title, id=f"{name}-t"), tag("desc", desc, id=f"{name}-d")]
        return tag(
            "svg",
            joined([*heads, self._grid(), *parts]),
            class_=f"chart {self.kind}",
            height=self.height,
            role="img",
            aria_labelledby=f"{name}-t {name}-d",
        )

    def column(
        self, place: int, said: str, label: str, value: str, above: float, parts: Sequence[Part]
    ) -> Markup:
        """Draw one column of one or two pieces, its value above and its label below."""
        middle = self.middle(place)
        width = COLUMN_SHARE * (100 - self.left) / max(self.columns, 1)
        pieces = [
            tag(
                "rect",
                class_=class_,
                x=percent(middle - width / 2),
                width=percent(width),
                y=upper,
                height=max(height, 0.0),
            )
            for class_, upper, height in parts
        ]
        texts = [self._value(middle, above - 6.5, value), self._label(middle, label)]
        return tag("g", joined([tag("title", said), *pieces, *texts]))

    def stem(self, place: int, value: int, label: str, moved: str) -> Markup:
        """Draw a line with a knob; the knob of a moved event is hollow."""
        middle, y = percent(self.middle(place)), self.y(value)
        said = f"{label}: {value:,} {self.unit}{', ' if moved else ''}{moved}"
        parts = [
            tag("title", said),
            tag("line", class_="stem", x1=middle, x2=middle, y1=self.bottom, y2=y),
            tag("circle", class_="kn mv" if moved else "kn", cx=middle, cy=y, r=6.5),
            self._value(self.middle(place), y - 13, f"{value:,}"),
            self._label(self.middle(place), label),
        ]
        return tag("g", joined(parts))

    def _grid(self) -> Markup:
        lines = [tag("text", self.unit, class_="tk", x=0, y=self.top - 16)]
        for number in range(STEPS + 1):
            value = self.top_value * number // STEPS
            y = self.y(value)
            class_ = "gr" if number else "ax"
            lines.append(tag("line", class_=class_, x1=0, x2="100%", y1=y, y2=y))
            lines.append(tag("text", f"{value:,}", class_="tk", x=-8, y=y + 5, text_anchor="end"))
        return joined(lines)

    def _value(self, middle: float, y: float, text: str) -> Markup:
        return tag("text", text, class_="vl", x=percent(middle), y=y, text_anchor="middle")

    def _label(self, middle: float, label: str) -> Markup:
        # On phones only the number of the month fits: the sign 月 is a span of its own.
        written: str = label
        if label.endswith("月"):
            written = joined([label[:-1], tag("tspan", "月", class_="mo")])
        return tag(
            "text",
            written,
            class_="tk x",
            x=percent(middle),
            y=self.height - 9,
            text_anchor="middle",
        )
