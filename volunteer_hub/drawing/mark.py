"""The mark: five houses as a half wheel over two waves, one house lit."""

import math

from markupsafe import Markup

from volunteer_hub.drawing.geometry import Point, joined, path_through, tag

CENTRE: Point = (16, 20.2)
INNER_RADIUS, OUTER_RADIUS = 7.5, 15.6
HOUSE_WIDTH, ROOF_SHARE, BASE_SHARE = 6.3, 0.42, 0.80
HOUSES, DEGREES_APART, LIT_HOUSE = 5, 37, 3
HUB_RADIUS = 4.7
WAVES = (
    "M2.5 24.6q2.25-2 4.5 0t4.5 0 4.5 0 4.5 0 4.5 0 4.5 0",
    "M7 29.2q2.25-2 4.5 0t4.5 0 4.5 0 4.5 0",
)


def house(degrees: float) -> str:
    """Return the outline of a house that stands on the ring and points outwards."""
    eaves = INNER_RADIUS + (OUTER_RADIUS - INNER_RADIUS) * (1 - ROOF_SHARE)
    half, base = HOUSE_WIDTH / 2, HOUSE_WIDTH * BASE_SHARE / 2
    corners = (
        (-base, INNER_RADIUS),
        (base, INNER_RADIUS),
        (half, eaves),
        (0, OUTER_RADIUS),
        (-half, eaves),
    )
    return path_through((_turned(corner, degrees) for corner in corners), closed=True)


def _turned(corner: Point, degrees: float) -> Point:
    along, outwards = corner
    angle = math.radians(degrees)
    return (
        CENTRE[0] + along * math.cos(angle) + outwards * math.sin(angle),
        CENTRE[1] + along * math.sin(angle) - outwards * math.cos(angle),
    )


def mark(class_: str = "emblem") -> Markup:
    """Draw the mark; its colours are the properties --mk and --mk-lit of the page."""
    middle = HOUSES // 2
    houses = [
        tag(
            "path",
            class_="mk-lit" if number == LIT_HOUSE else "mk-h",
            d=house((number - middle) * DEGREES_APART),
        )
        for number in range(HOUSES)
    ]
    hub = tag(
        "path",
        class_="mk-h",
        d=f"M{CENTRE[0] - HUB_RADIUS} {CENTRE[1]}a{HUB_RADIUS} {HUB_RADIUS} 0 0 1 "
        f"{2 * HUB_RADIUS} 0z",
    )
    waves = [tag("path", class_="mk-w", d=wave) for wave in WAVES]
    return tag(
        "svg",
        joined([*houses, hub, *waves]),
        class_=class_,
        viewBox="0 0 32 32",
        aria_hidden="true",
        focusable="false",
    )
