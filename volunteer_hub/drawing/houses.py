"""Houses and trees of a street; shapes of one class are gathered into one path."""

from hashlib import sha256

from volunteer_hub.drawing.geometry import short

Window = tuple[float, float, float, float]
"""x, y, width and height."""

UNIT_WIDTH, SLAB_FLOOR = 64, 18
TOWER_COLUMN, TOWER_FLOOR = 16, 17
WINDOWS_OF_A_UNIT = (5.0, 15.5, UNIT_WIDTH - 24.5, UNIT_WIDTH - 14.0)


def scattered(seed: int, number: int) -> float:
    """Return a number between 0 and 1 that looks like chance and is the same on every run."""
    return int.from_bytes(sha256(f"{seed} {number}".encode()).digest()[:4]) / 2**32


class Canvas:
    """What has been drawn so far: path data by class, and where the windows are."""

    def __init__(self, seed: int) -> None:
        self.paths: dict[str, str] = {}
        self.windows: list[Window] = []
        self.seed = seed
        self.drawn = 0

    def chance(self) -> float:
        """Return the next number of this canvas between 0 and 1."""
        self.drawn += 1
        return scattered(self.seed, self.drawn)

    def add(self, class_: str, data: str) -> None:
        self.paths[class_] = self.paths.get(class_, "") + data

    def rectangle(self, class_: str, x: float, y: float, width: float, height: float) -> None:
        self.add(class_, f"M{short(x)} {short(y)}h{short(width)}v{short(height)}h{short(-width)}z")

    def circle(self, class_: str, x: float, y: float, radius: float) -> None:
        half = f"a{short(radius)} {short(radius)} 0 1 0 "
        across = short(2 * radius)
        self.add(class_, f"M{short(x - radius)} {short(y)}{half}{across} 0{half}-{across} 0")

    def window(self, x: float, y: float, width: float = 9, height: float = 11) -> None:
        """Leave a window; it is drawn dark or lit at the end.  Some have a box or flowers."""
        self.windows.append((x, y, width, height))
        self.add("st-mul", f"M{short(x + width / 2)} {short(y)}v{short(height)}")
        luck = self.chance()
        if luck < 0.10:
            self.rectangle("st-ac", x + width - 5, y + height + 1.5, 6, 4)
        elif luck < 0.16:
            self.rectangle("st-sill", x - 1, y + height, width + 2, 1.4)
            self.circle("st-leaf", x + 2.4, y + height - 1.6, 1.9)
            self.circle("st-leaf", x + 6.2, y + height - 1.3, 1.6)


def slab(canvas: Canvas, x: float, ground: float, units: int, floors: int, colour: str) -> float:
    """Draw a long block of several stairwells; return its width."""
    width, height = units * UNIT_WIDTH, floors * SLAB_FLOOR + 14
    top = ground - height
    canvas.rectangle(colour, x, top, width, height)
    canvas.rectangle("st-roof", x - 2, top - 4, width + 4, 5)
    for unit in range(units):
        left = x + unit * UNIT_WIDTH
        _stairwell(canvas, left, top, ground, floors)
        if unit:
            canvas.add("st-seam", f"M{short(left)} {short(top + 1)}V{short(ground)}")
        tank = x + 8 + canvas.chance() * (width - 30)
        canvas.rectangle("st-tank", tank, top - 11, 10, 7.4)
    return width


def _stairwell(canvas: Canvas, left: float, top: float, ground: float, floors: int) -> None:
    middle = left + UNIT_WIDTH / 2
    canvas.rectangle("st-stair", middle - 6, top + 5, 12, ground - top - 5)
    for floor in range(floors):
        y = top + 9 + floor * SLAB_FLOOR
        for offset in WINDOWS_OF_A_UNIT:
            canvas.window(left + offset, y)
        if floor < floors - 1:
            canvas.rectangle("st-win", middle - 3, y + 9, 6, 5)
        if floor % 2 == 0 and canvas.chance() < 0.8:
            canvas.rectangle("st-balc", left + 3, y + 12.4, 23.5, 3.6)
    canvas.rectangle("st-door", middle - 4.5, ground - 13.5, 9, 13.5)
    canvas.rectangle("st-roof", middle - 7, ground - 15.5, 14, 2)


def tower(canvas: Canvas, x: float, ground: float, columns: int, floors: int, colour: str) -> float:
    """Draw a tower block with its aerial; return its width."""
    width, height = columns * TOWER_COLUMN + 10, floors * TOWER_FLOOR + 10
    top, middle = ground - height, x + width / 2
    canvas.rectangle(colour, x, top, width, height)
    canvas.rectangle("st-roof", x - 1.5, top - 4, width + 3, 5)
    canvas.rectangle(colour, middle - 9, top - 14, 18, 10)
    canvas.rectangle("st-roof", middle - 10.5, top - 16, 21, 2.4)
    aerial = f"M{short(middle + 5)} {short(top - 16)}v-13"
    arms = f"M{short(middle + 1)} {short(top - 25)}h8M{short(middle + 2.5)} {short(top - 21)}h5"
    canvas.add("st-line", aerial + arms)
    for floor in range(floors):
        for column in range(columns):
            across = x + 7.5 + column * TOWER_COLUMN
            canvas.window(across, top + 8 + floor * TOWER_FLOOR, 8.5, 10)
    canvas.rectangle("st-door", middle - 6, ground - 12.5, 12, 12.5)
    canvas.rectangle("st-roof", middle - 8.5, ground - 14.5, 17, 2)
    return width


def hall(canvas: Canvas, x: float, ground: float, width: float) -> None:
    """Draw the service centre: a low house with an upturned tiled roof."""
    height, middle = 48, x + width / 2
    canvas.rectangle("st-hall", x + 8, ground - height, width - 16, height)
    eaves = f"M{short(x - 6)} {short(ground - height + 4)}q12 -2 20 -20"
    canvas.add("st-tile", f"{eaves}h{short(width - 28)}q8 18 20 20z")
    ridge = f"M{short(x + 12)} {short(ground - height - 17)}h{short(width - 24)}"
    canvas.add("st-ridge", ridge)
    for place in (0, 1, 4, 5):
        canvas.windows.append((x + 16 + place * (width - 46) / 5, ground - 30, 14, 18))
    canvas.rectangle("st-door", middle - 17, ground - 28, 34, 28)
    canvas.add("st-mulw", f"M{short(middle)} {short(ground - 28)}v28")
    canvas.rectangle("st-plate", middle - 22, ground - 40, 44, 8)
    canvas.rectangle("st-step", x + 4, ground - 3, width - 8, 3)


def tree(canvas: Canvas, x: float, ground: float, size: float) -> None:
    """Draw a locust tree."""
    trunk = f"M{short(x)} {short(ground)}v{short(-24 * size)}"
    branch = f"M{short(x)} {short(ground - 13 * size)}l{short(6 * size)} {short(-8 * size)}"
    canvas.add("st-trunk", trunk + branch)
    for across, up, radius in ((0, 36, 15), (-10, 27, 10.5), (11, 28, 11.5)):
        canvas.circle("st-leaf2", x + across * size, ground - up * size, radius * size)
    canvas.circle("st-leaf", x + 4 * size, ground - 39 * size, 9 * size)


def pagoda(canvas: Canvas, x: float, base: float) -> None:
    """Draw the white pagoda on its hill."""
    canvas.rectangle("st-far", x - 13, base - 6, 26, 6)
    canvas.add(
        "st-far",
        f"M{short(x - 10)} {short(base - 6)}L{short(x - 8.4)} {short(base - 18)}h16.8"
        f"L{short(x + 10)} {short(base - 6)}z",
    )
    for storey in range(6):
        half, y = 7.6 - storey * 0.9, base - 24.4 - storey * 6.4
        canvas.add(
            "st-far",
            f"M{short(x - half)} {short(y + 6.4)}L{short(x - half + 0.5)} {short(y + 1)}"
            f"h{short(2 * half - 1)}L{short(x + half)} {short(y + 6.4)}z",
        )
        canvas.rectangle("st-far", x - half - 1.2, y + 5, 2 * half + 2.4, 1.3)
    canvas.add("st-farl", f"M{short(x)} {short(base - 57)}v-12")
    canvas.circle("st-far", x, base - 61, 2.2)
