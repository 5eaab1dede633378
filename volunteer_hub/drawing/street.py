"""The night street of the wall screen: exactly as many windows are lit as neighbours took part."""

from collections.abc import Callable

from markupsafe import Markup

from volunteer_hub.drawing import houses
from volunteer_hub.drawing.geometry import joined, tag
from volunteer_hub.drawing.houses import Canvas, Window, scattered

WIDTH, HEIGHT = 1920, 300
BACK_TO_FRONT = (
    "st-far st-farl st-hill1 st-b1 st-b2 st-b3 st-hall st-stair st-tank st-roof st-line st-win "
    "st-lit st-mul st-balc st-ac st-sill st-tile st-ridge st-seam st-door st-plate st-mulw "
    "st-step st-trunk st-leaf2 st-leaf"
)
HILL = "M0 300V180C180 90 330 64 520 120S860 170 1060 80S1420 50 1620 120S1860 150 1920 120V300z"
PAGODA = (1180, 64)
# From left to right: the kind, its columns or stairwells, its floors, its colour.
TOWER, SLAB, HALL = "tower", "slab", "hall"
ROW: tuple[tuple[str, int, int, str], ...] = (
    (TOWER, 5, 12, "st-b1"),
    (SLAB, 3, 8, "st-b2"),
    (TOWER, 4, 11, "st-b3"),
    (SLAB, 2, 7, "st-b1"),
    (TOWER, 5, 13, "st-b2"),
    (SLAB, 3, 8, "st-b3"),
    (HALL, 0, 0, ""),
    (SLAB, 2, 8, "st-b1"),
    (TOWER, 4, 12, "st-b2"),
    (SLAB, 3, 7, "st-b3"),
    (TOWER, 5, 13, "st-b1"),
    (SLAB, 2, 8, "st-b2"),
    (TOWER, 4, 11, "st-b3"),
    (SLAB, 2, 7, "st-b1"),
)
TREES = (
    (96, 1.2),
    (300, 1.1),
    (470, 1.2),
    (640, 1.0),
    (905, 1.2),
    (1090, 1.1),
    (1290, 1.2),
    (1520, 1.1),
    (1740, 1.2),
)
# The card with the QR code lies over this part.
CARD_LEFT, CARD_RIGHT, CARD_TOP = 1505, 1890, 70


def wall_street(lit: int, label: str) -> Markup:
    """Draw the street with exactly `lit` windows on; `label` says the figure in words.

    Above `windows_seen()` every window is lit: the page must then say what one window stands for.
    """
    canvas = _street()
    seen = [window for window in canvas.windows if _can_be_seen(window)]
    shuffled = sorted(range(len(seen)), key=lambda number: scattered(3, number))
    chosen = [seen[number] for number in shuffled[:lit]]
    for window in canvas.windows:
        canvas.rectangle("st-win", *window)
    for window in chosen:
        canvas.rectangle("st-lit", *window)
    return tag(
        "svg",
        joined(_paths(canvas)),
        class_="wall-street",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        preserveAspectRatio="xMidYMax slice",
        role="img",
        aria_label=label,
    )


def windows_seen() -> int:
    """Count the windows that can be lit."""
    return sum(_can_be_seen(window) for window in _street().windows)


def _street() -> Canvas:
    canvas = Canvas(seed=9)
    canvas.add("st-hill1", HILL)
    houses.pagoda(canvas, *PAGODA)
    x = -24.0
    for kind, size, floors, colour in ROW:
        if kind == HALL:
            houses.hall(canvas, x, HEIGHT, 164)
            x += 178
            continue
        build: Callable[..., float] = houses.tower if kind == TOWER else houses.slab
        x += build(canvas, x, HEIGHT, size, floors, colour) + (10 if kind == TOWER else 12)
    for tree_x, size in TREES:
        houses.tree(canvas, tree_x, HEIGHT, size)
    return canvas


def _can_be_seen(window: Window) -> bool:
    x, y, _width, _height = window
    if not 6 < x < WIDTH - 16 or (CARD_LEFT < x < CARD_RIGHT and y > CARD_TOP):
        return False
    return not any(
        abs(x + 5 - tree_x) < 28 * size and y > HEIGHT - 60 * size for tree_x, size in TREES
    )


def _paths(canvas: Canvas) -> list[Markup]:
    return [
        tag("path", class_=name, d=canvas.paths[name])
        for name in BACK_TO_FRONT.split()
        if name in canvas.paths
    ]
