"""Nothing grows beyond what a reader holds in mind; there is no list of exceptions."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOUSE = sorted(
    p
    for folder in ("volunteer_hub", "workers", "standalone", "demo", "scripts", "bench")
    for p in (ROOT / folder).rglob("*.py")
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted(p for p in (ROOT / "templates").rglob("*") if p.is_file())


def length(path: Path) -> int:
    return len(path.read_text().splitlines())


def too_long(paths: list[Path], most: int) -> list[str]:
    return [f"{p.relative_to(ROOT)}: {length(p)}" for p in paths if length(p) > most]


def test_files_stay_under_250_lines():
    assert too_long(HOUSE, 250) == []


def test_test_files_stay_under_300_lines():
    assert too_long(TESTS, 300) == []


def test_templates_stay_under_120_lines():
    assert too_long(TEMPLATES, 120) == []


def test_functions_stay_under_40_lines():
    """What a function does is counted; its signature and docstring are read at a glance."""
    found = []
    for path in HOUSE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                said = ast.get_docstring(node) is not None and len(node.body) > 1
                first = node.body[1 if said else 0]
                lines = (node.end_lineno or first.lineno) - first.lineno + 1
                if lines > 40:
                    found.append(f"{path.relative_to(ROOT)}:{node.name} {lines}")
    assert found == []


@pytest.mark.parametrize("room", sorted((ROOT / "volunteer_hub").glob("*/")), ids=lambda p: p.name)
def test_rooms_stay_under_2500_lines(room):
    """Blank lines say nothing and are not counted."""
    said = [line for p in room.rglob("*.py") for line in p.read_text().splitlines() if line.strip()]
    assert len(said) <= 2500


def test_no_drawers():
    """A name must say what is inside."""
    drawers = {"utils", "util", "helpers", "helper", "core", "common", "manager", "misc", "base"}
    named = [p for p in HOUSE if {*p.relative_to(ROOT).parts, p.stem} & drawers]
    assert named == []
