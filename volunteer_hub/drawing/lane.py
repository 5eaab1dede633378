"""One shift of the day board: a bar on the day's hours, a disc for each place inside it."""

from markupsafe import Markup

from volunteer_hub.drawing.geometry import joined, percent, short, tag

HEIGHT, MIDDLE, BAR_TOP, BAR_HEIGHT = 46, 23, 5, 36
FIRST_DISC, BETWEEN, BETWEEN_FIVES = 13, 11, 4
COVERED = 1.1  # hours to either side that the time of now lies over


def lane_bar(
    hours: tuple[float, float],
    day: tuple[float, float],
    places: tuple[int, int, int],
    state: str,
    label: str,
    now: float | None = None,
) -> Markup:
    """Draw one lane.  Hours are hours of the day (8.5 is 8:30), `day` the first and the last shown.

    `places` are capacity, confirmed and arrived; `state` is run, done or next.
    """
    x1, x2 = across(hours[0], day), across(hours[1], day)
    rule = tag("line", class_="lrule", x1=0, x2="100%", y1=MIDDLE, y2=MIDDLE)
    bar = tag(
        "rect",
        class_=f"lb {state}",
        x=percent(x1),
        width=percent(x2 - x1),
        y=BAR_TOP,
        height=BAR_HEIGHT,
        rx=8,
    )
    capacity, confirmed, arrived = places
    discs = joined(_disc(number, confirmed, arrived) for number in range(max(capacity, confirmed)))
    row = tag("svg", discs, x=percent(x1), y=MIDDLE, overflow="visible")
    return tag(
        "svg",
        joined([_now_line(now, day), rule, bar, row]),
        width="100%",
        height=HEIGHT,
        role="img",
        aria_label=label,
    )


def time_axis(day: tuple[float, float], now: float | None = None, now_text: str = "") -> Markup:
    """Draw the hours above the lanes, every second one, and the time of now on amber.

    An hour that the time of now would cover is left out.
    """
    first, last = int(day[0]), int(day[1])
    shown = now if now is not None and day[0] <= now <= day[1] else None
    hours = [
        tag(
            "text",
            f"{hour % 24}:00",
            class_="tk",
            x=percent(across(hour, day)),
            y=18,
            text_anchor="middle",
        )
        for hour in range(first + 1, last, 2)
        if shown is None or abs(hour - shown) > COVERED
    ]
    if shown is not None:
        board = tag("rect", class_="nowb", x=-24, y=1, width=48, height=23, rx=5)
        text = tag("text", now_text, class_="nowt", x=0, y=17, text_anchor="middle")
        hours.append(
            tag(
                "svg", joined([board, text]), x=percent(across(shown, day)), y=0, overflow="visible"
            )
        )
    return tag("svg", joined(hours), width="100%", height=26, aria_hidden="true")


def across(hour: float, day: tuple[float, float]) -> float:
    """Return where an hour stands between the first and the last, in percent, kept inside."""
    first, last = day
    return min(max(100 * (hour - first) / (last - first), 0.0), 100.0)


def _now_line(now: float | None, day: tuple[float, float]) -> Markup:
    if now is None or not day[0] <= now <= day[1]:
        return Markup("")
    x = percent(across(now, day))
    return tag("line", class_="now", x1=x, x2=x, y1=0, y2=HEIGHT)


def _disc(number: int, confirmed: int, arrived: int) -> Markup:
    x = float(FIRST_DISC + BETWEEN * number + BETWEEN_FIVES * (number // 5))
    if number < arrived:
        return tag("circle", class_="ld in", cx=x, r=4.2)
    if number < confirmed:
        return tag("circle", class_="ld bk", cx=x, r=3.6)
    return tag("path", class_="ld gap", d=f"M{short(x - 3.6)} 0h7.2M{short(x)} -3.6v7.2")
