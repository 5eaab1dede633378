"""Numbers, points and tags for SVG."""

import math
from collections.abc import Iterable

from markupsafe import Markup, escape

Point = tuple[float, float]


def short(value: float) -> str:
    """Write a coordinate with at most two decimals and no idle zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def percent(value: float) -> str:
    """Write a length along the width of the picture."""
    return f"{short(value)}%"


def on_circle(radius: float, degrees: float) -> Point:
    """Return the point on a circle round 0,0; 0 degrees is at the top, clockwise."""
    angle = math.radians(degrees - 90)
    return radius * math.cos(angle), radius * math.sin(angle)


def path_through(points: Iterable[Point], *, closed: bool = False) -> str:
    """Return path data that joins the points with straight lines."""
    steps = "L".join(f"{short(x)} {short(y)}" for x, y in points)
    return f"M{steps}{'Z' if closed else ''}"


def tag(name: str, content: str | None = None, /, **attributes: object) -> Markup:
    """Write one SVG element; every attribute is escaped.

    `class_` gives class; `text_anchor` gives text-anchor; `viewBox` stays.  Plain text content
    is escaped, Markup stays as it is.
    """
    parts = [
        f' {key.rstrip("_").replace("_", "-")}="{escape(_written(value))}"'
        for key, value in attributes.items()
        if value is not None
    ]
    inside = "/>" if content is None else f">{escape(content)}</{name}>"
    return Markup(f"<{name}{''.join(parts)}{inside}")


def joined(parts: Iterable[str]) -> Markup:
    """Join drawn parts; a plain string among them is escaped."""
    return Markup("").join(parts)


def _written(value: object) -> str:
    return short(value) if isinstance(value, float) else str(value)
