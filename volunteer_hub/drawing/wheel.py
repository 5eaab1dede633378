"""The wheel of Lanzhou as a ring calendar: one turn runs from one 5th to the next."""

from markupsafe import Markup

from volunteer_hub.drawing.geometry import joined, on_circle, short, tag

HUB_RADIUS, INNER_RIM, OUTER_RIM = 66, 88, 101
BUCKET_RING = (INNER_RIM + OUTER_RIM) / 2 + 4
BUCKET_WIDTH, BUCKET_HEIGHT, BUCKET_TILT = 9.6, 19, 20
SPOKES = 18
VIEW_BOX = "-132 -132 264 272"
LEGS = "M-9 40L-60 132M9 40L60 132"
CROSS_BAR = "M-45 106H45"
HOUSE = "M-15 -11L0 -25L15 -11V14H-15z"


def wheel(days: int, passed: int, top: str = "5") -> Markup:
    """Draw a turn of `days` buckets of which `passed` are full; the ringed one is today.

    `top` is the number on the lit house at the top.  The words belong into the hub, as text.
    """
    buckets = (_bucket(day, days, passed) for day in range(1, days))
    return tag(
        "svg",
        joined([_frame(), *buckets, _house(top)]),
        viewBox=VIEW_BOX,
        aria_hidden="true",
        focusable="false",
    )


def _frame() -> Markup:
    spokes = ""
    for number in range(SPOKES):
        degrees = (number + 0.5) * 360 / SPOKES
        (x1, y1), (x2, y2) = on_circle(HUB_RADIUS, degrees), on_circle(OUTER_RIM, degrees)
        spokes += f"M{short(x1)} {short(y1)}L{short(x2)} {short(y2)}"
    return joined(
        [
            tag("path", class_="wh-leg", d=LEGS),
            tag("path", class_="wh-leg thin", d=CROSS_BAR),
            tag("path", class_="wh-spoke", d=spokes),
            tag("circle", class_="wh-rim", r=INNER_RIM),
            tag("circle", class_="wh-rim", r=OUTER_RIM),
            tag("circle", class_="wh-hub", r=HUB_RADIUS),
        ]
    )


def _bucket(day: int, days: int, passed: int) -> Markup:
    kind = "wh-past" if day < passed else "wh-today" if day == passed else "wh-next"
    degrees = day * 360 / days
    x, y = on_circle(BUCKET_RING, degrees)
    return tag(
        "rect",
        class_=kind,
        x=-BUCKET_WIDTH / 2,
        y=-BUCKET_HEIGHT / 2,
        width=BUCKET_WIDTH,
        height=BUCKET_HEIGHT,
        rx=2,
        transform=f"translate({short(x)} {short(y)}) rotate({short(degrees + BUCKET_TILT)})",
    )


def _house(top: str) -> Markup:
    x, y = on_circle(BUCKET_RING + 1, 0)
    number = tag("text", top, y=8.5, text_anchor="middle")
    return tag(
        "g",
        joined([tag("path", d=HOUSE), number]),
        class_="wh-fifth",
        transform=f"translate({short(x)} {short(y)})",
    )
