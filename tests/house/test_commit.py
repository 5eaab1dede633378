"""Only the cellar commits, only doors and workers read the clock."""

import re
from pathlib import Path

HOUSE = Path(__file__).parents[2] / "volunteer_hub"
DOORS = ("views", "api", "commands", "listeners")


def files_with(pattern: str) -> set[str]:
    found = re.compile(pattern)
    return {str(p.relative_to(HOUSE)) for p in HOUSE.rglob("*.py") if found.search(p.read_text())}


def test_only_the_cellar_commits():
    assert files_with(r"\.commit\(\)") == {"foundation/database.py"}


def test_only_doors_read_the_clock():
    readers = files_with(r"\butc_now\(\)|datetime\.now\(|date\.today\(")
    allowed = {p for p in readers if any(part.split(".")[0] in DOORS for part in p.split("/"))}
    allowed |= {p for p in readers if p.startswith("foundation/")}
    assert readers - allowed == set()


def test_only_the_post_office_asks_the_database_for_the_time():
    """All machines share that clock, so a worker's own may be wrong (docs/decisions/0004)."""
    readers = {p for p in files_with(r"\bdatabase_now\b") if not p.startswith("foundation/")}
    assert {p for p in readers if not p.startswith(("messages/", "dispatch/"))} == set()


def test_only_queries_select():
    """Every question of a room stands in its queries."""
    askers = files_with(r"from sqlalchemy import [^)]*\bselect\b")
    assert {p for p in askers if not p.startswith("foundation/") and "queries" not in p} == set()
