"""What may stand below what in the tree of places, and how its names sort."""

import re
import unicodedata

from pypinyin import lazy_pinyin

from volunteer_hub.foundation.refusal import Refusal, sentence

# From the widest to the narrowest; a place stands below a wider kind, gaps allowed.
KINDS = ("subdistrict", "community", "grid", "compound", "building", "unit", "household")
KIND_NAMES = {
    "subdistrict": sentence("Subdistrict"),
    "community": sentence("Community"),
    "grid": sentence("Grid"),
    "compound": sentence("Residential compound"),
    "building": sentence("Building"),
    "unit": sentence("Entrance"),
    "household": sentence("Household"),
}
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_CODE = 60
TAKEN_BY_PAGES = frozenset({"add"})  # /places/add is a page of its own


class PlaceDoesNotFit(Refusal):
    """A place stands below something as narrow as itself."""

    said = sentence(
        "A place stands below a wider one: subdistrict, community, grid, compound, building, unit,"
        " household."
    )


class CodeIsTaken(Refusal):
    """Another place has the code."""

    said = sentence("Another place has the code %(code)s.")


class CodeCannotBeUsed(Refusal):
    """The code would not be a plain word in an address."""

    status = 422
    said = sentence("A code has small letters, digits and single hyphens, such as ganjiaxiang-3.")


def ensure_fits(kind: str, *, parent_kind: str | None) -> None:
    """Refuse a place below an equal or narrower one.

    :raises PlaceDoesNotFit: see domain: 街道 → 社区 → 网格 → 小区 → 楼栋 → 单元 → 户
    """
    if parent_kind is not None and KINDS.index(kind) <= KINDS.index(parent_kind):
        raise PlaceDoesNotFit


def ensure_usable(code: str) -> None:
    """Refuse a code that cannot stand in a path.

    :raises CodeCannotBeUsed: unless it is plain, short and no page's own word
    """
    if not CODE.fullmatch(code) or len(code) > LONGEST_CODE or code in TAKEN_BY_PAGES:
        raise CodeCannotBeUsed


def pinyin(name: str) -> str:
    """Write a name as its readers sort it: 陈晓梅 → 'chen xiao mei'."""
    spoken = " ".join(lazy_pinyin(unicodedata.normalize("NFKC", name)))
    return " ".join(spoken.casefold().split())
