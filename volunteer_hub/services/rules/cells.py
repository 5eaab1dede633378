"""How one cell of a sheet is read, and what is said about a cell that cannot be.  Pure."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from volunteer_hub.foundation.refusal import sentence
from volunteer_hub.services.rules.records import LONGEST, MOST_PERSON_TIMES, plain

MODE_NAMES = {
    "professional": ("专业", "专业服务", "professional"),
    "outreach": ("外展", "外展服务", "outreach"),
    "other": ("其他", "其它", "其他服务", "other"),
}
LONGEST_NAME = 100  # of a place or a project
DAY = re.compile(
    r"^(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?: 0?0:00(?::00)?)?$"
)
NUMBER = re.compile(r"^(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?(?:人次|人)?$")


class CellIsWrong(Exception):
    """One cell cannot be read; the sentence says what to write instead."""

    def __init__(self, said: str, **facts: object) -> None:
        super().__init__(said % facts)
        self.said, self.facts = said, facts


def text_of(cell: Any) -> str:
    """Read a cell as text: 137.0 is the number 137 that somebody typed."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split()) if cell is not None else ""


def read_day(cell: Any) -> date:
    """Read 2019-05-20, 2019/5/20, 2019年5月20日 or a date cell.

    :raises CellIsWrong: for anything else
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = plain(text_of(cell))
    if not text:
        raise CellIsWrong(sentence("The date is missing. Write it like 2019-05-20."))
    match = DAY.match(text)
    if match:
        year, month, day = (int(part) for part in match.groups() if part)
        try:
            return date(year, month, day)
        except ValueError:
            pass  # a 31st of June is no date either
    said = sentence("“%(cell)s” is not a date. Write it like 2019-05-20.")
    raise CellIsWrong(said, cell=text[:40])


def read_mode(cell: Any) -> str:
    """Read the mode by one of its names.

    :raises CellIsWrong: for any other word
    """
    text = plain(text_of(cell))
    for mode, names in MODE_NAMES.items():
        if text.casefold() in names:
            return mode
    if not text:
        raise CellIsWrong(sentence("The mode is missing. Write professional, outreach or other."))
    said = sentence("“%(cell)s” is not a mode. Write professional, outreach or other.")
    raise CellIsWrong(said, cell=text[:40])


def read_person_times(cell: Any) -> int:
    """Read a count of services, at least one.

    :raises CellIsWrong: if it is no whole number in range
    """
    if not text_of(cell):
        raise CellIsWrong(
            sentence("The person-times are missing. Write how often people were served.")
        )
    return _read_count(cell, least=1)


def read_persons_known(cell: Any) -> int:
    """Read how many are known by name; an empty cell says nobody.

    :raises CellIsWrong: if it is no whole number in range
    """
    return _read_count(cell, least=0) if text_of(cell) else 0


def _read_count(cell: Any, *, least: int) -> int:
    match = NUMBER.match(plain(text_of(cell)).replace(" ", ""))
    if not match:
        said = sentence("“%(cell)s” is not a whole number. Write digits only, such as 12.")
        raise CellIsWrong(said, cell=text_of(cell)[:40])
    count = int(match[1].replace(",", ""))
    if not least <= count <= MOST_PERSON_TIMES:
        said = sentence("%(count)s is out of range. Write a number from %(least)s to %(most)s.")
        raise CellIsWrong(said, count=count, least=least, most=MOST_PERSON_TIMES)
    return count


def read_service_type(cell: Any) -> str:
    """Read what was done, in a few words.

    :raises CellIsWrong: if it is missing or too long
    """
    if not text_of(cell):
        raise CellIsWrong(sentence("The service type is missing. Write it, such as free clinic."))
    return _text_reader(LONGEST["service_type"])(cell)


def _text_reader(longest: int) -> Callable[[Any], str]:
    def read(cell: Any) -> str:
        text = text_of(cell)
        if len(text) > longest:
            said = sentence("This has %(length)s characters; at most %(most)s fit.")
            raise CellIsWrong(said, length=len(text), most=longest)
        return text

    return read


READERS: dict[str, Callable[[Any], Any]] = {
    "occurred_on": read_day,
    "place": _text_reader(LONGEST_NAME),
    "project": _text_reader(LONGEST_NAME),
    "mode": read_mode,
    "service_type": read_service_type,
    "person_times": read_person_times,
    "persons_known": read_persons_known,
    "evidence": _text_reader(LONGEST["evidence"]),
    "note": _text_reader(LONGEST["note"]),
}
