"""A block of flats: one window, one household; its state is shape and colour."""

from collections.abc import Sequence

from markupsafe import Markup

from volunteer_hub.drawing.geometry import joined, short, tag

Floor = Sequence[str]
"""The windows of one floor from left to right: done, pending, away, refused, vacant or none."""

WINDOW_WIDTH, WINDOW_HEIGHT, BETWEEN, BETWEEN_FLOORS, PADDING = 13, 15, 3, 5, 7
ROOF, GROUND = 20, 22
STATES = ("pending", "done", "away", "vacant", "refused", "none")


def facade(units: Sequence[Sequence[Floor]], label: str) -> Markup:
    """Draw the units of one building side by side, each a list of floors from the top down.

    Windows of one state share one path.  `label` says the figures in words.
    """
    across = max(len(floor) for unit in units for floor in unit)
    floors = max(len(unit) for unit in units)
    unit_width = across * WINDOW_WIDTH + (across - 1) * BETWEEN + 2 * PADDING
    height = floors * (WINDOW_HEIGHT + BETWEEN_FLOORS) + 14 + GROUND
    width = unit_width * len(units) + 6
    parts = [
        _house(len(units), unit_width, width, height),
        *_windows(units, unit_width),
        *(_door(3 + (number + 0.5) * unit_width, ROOF + height) for number in range(len(units))),
    ]
    return tag(
        "svg",
        joined(parts),
        class_="facade",
        viewBox=f"0 0 {width} {ROOF + height}",
        role="img",
        aria_label=label,
    )


def _house(units: int, unit_width: int, width: int, height: int) -> Markup:
    parts = [tag("rect", class_="fa-roof", x=0, y=ROOF - 5, width=width, height=6)]
    for number in range(units):
        x = 3 + (number + 0.3) * unit_width
        parts.append(tag("rect", class_="fa-tank", x=x, y=ROOF - 13, width=13, height=8, rx=1))
    parts.append(tag("rect", class_="fa-wall", x=3, y=ROOF, width=width - 6, height=height))
    for number in range(1, units):
        seam = f"M{3 + number * unit_width} {ROOF + 2}V{ROOF + height}"
        parts.append(tag("path", class_="fa-seam", d=seam))
    return joined(parts)


def _windows(units: Sequence[Sequence[Floor]], unit_width: int) -> list[Markup]:
    paths: dict[str, str] = dict.fromkeys(
        ("fa-p", "fa-d", "fa-m", "fa-n", "fa-v", "fa-r", "fa-x"), ""
    )
    for unit_number, unit in enumerate(units):
        for floor_number, floor in enumerate(unit):
            for place, state in enumerate(floor):
                x = 3 + unit_number * unit_width + PADDING + place * (WINDOW_WIDTH + BETWEEN)
                y = ROOF + 8 + floor_number * (WINDOW_HEIGHT + BETWEEN_FLOORS)
                for class_, data in _window(state, x, y):
                    paths[class_] += data
    return [tag("path", class_=class_, d=data) for class_, data in paths.items()]


def _window(state: str, x: int, y: int) -> list[tuple[str, str]]:
    wide, high = WINDOW_WIDTH, WINDOW_HEIGHT
    pane = f"M{x} {y}h{wide}v{high}h-{wide}z"
    outline = f"M{x + 0.75} {y + 0.75}h{wide - 1.5}v{high - 1.5}h-{wide - 1.5}z"
    cross = f"M{x + 3} {y + 4}l{wide - 6} {high - 8}M{x + wide - 3} {y + 4}l-{wide - 6} {high - 8}"
    drawn = {
        "pending": [("fa-p", pane)],
        "done": [("fa-d", pane), ("fa-m", f"M{x + wide / 2} {y}v{high}")],
        "away": [("fa-n", f"{outline}M{x + 0.75} {y + high / 2}h{wide - 1.5}")],
        "vacant": [("fa-v", f"{outline}M{x + 1} {y + high - 1}L{x + wide - 1} {y + 1}")],
        "refused": [("fa-r", pane), ("fa-x", cross)],
        "none": [],
    }
    return drawn[state]


def _door(middle: float, ground: int) -> Markup:
    door = f"M{short(middle - 8)} {ground}v-17h16v17z"
    canopy = f"M{short(middle - 12)} {ground - 18}h24"
    return joined([tag("path", class_="fa-door", d=door), tag("path", class_="fa-can", d=canopy)])
