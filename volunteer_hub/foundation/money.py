"""Money is a whole number of minor units (fen) with a currency.  Never a float."""

import re
from decimal import Decimal

MINOR_UNITS = 100
MOST_DIGITS = 13  # of the whole units: more does not fit the database's integers with room to add
_AMOUNT = re.compile(r"(\d{1,3}(?:,?\d{3})*)(?:\.\d{1,2})?")


def parse_amount(text: str) -> int | None:
    """Read '18,000.50' as 1800050 fen; None when it is no amount with at most two decimals."""
    cleaned = text.strip().removesuffix("元").strip().replace("，", ",")
    found = _AMOUNT.fullmatch(cleaned)
    if not found or len(found[1].replace(",", "")) > MOST_DIGITS:
        return None
    return int(Decimal(cleaned.replace(",", "")) * MINOR_UNITS)


def write_amount(fen: int) -> str:
    """Write fen as yuan with grouping and two decimals: 10650000 → '106,500.00'."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), MINOR_UNITS)
    return f"{sign}{yuan:,}.{rest:02d}"


def write_at_least(value: int, unit: str, step: int) -> str:
    """Write a figure the way the press does: 106500 → '10万余元', 1237 → '1200余张'.

    An exact multiple of `step` gets no 余, nor does what is below one step: that is written
    whole.  `value` counts whole units.
    """
    floor = value - value % step if value >= step else value
    number = f"{floor // 10000}万" if floor >= 10000 and floor % 10000 == 0 else str(floor)
    return f"{number}{'余' if value != floor else ''}{unit}"
