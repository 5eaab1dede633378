"""Both languages whole: every string is in both catalogues, and none is left empty."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from scripts.translate import LOCALES, ROOT, conflicts, gather, rooms


def catalogue(folder: str, room: str):
    path = ROOT / "translations" / folder / f"{room}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {(m.context, m.id): m for m in read_po(file, locale=LOCALES[folder]) if m.id}


@pytest.mark.parametrize("folder", LOCALES)
@pytest.mark.parametrize("room", rooms())
def test_catalogue_is_complete(folder, room):
    known = catalogue(folder, room)
    wanted = {(m.context, m.id) for m in gather(room) if m.id}
    assert wanted - set(known) == set(), "run make translate"
    assert set(known) - wanted == set(), "run make translate: these are no longer said"
    empty = [m.id for m in known.values() if not m.string or (m.pluralizable and not all(m.string))]
    assert empty == []
    assert [m.id for m in known.values() if m.fuzzy] == []


@pytest.mark.parametrize("folder", LOCALES)
def test_one_sentence_has_one_translation(folder):
    assert conflicts(folder) == []


@pytest.mark.parametrize("room", rooms())
def test_translations_keep_the_placeholders(room):
    broken = []
    for message in catalogue("zh_CN", room).values():
        source = message.id if isinstance(message.id, str) else message.id[-1]
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        wanted = set(re.findall(r"%\(\w+\)[sd]", source))
        broken += [source for text in texts if set(re.findall(r"%\(\w+\)[sd]", text)) != wanted]
    assert broken == []


# Where Chinese is data: how dates and amounts are written, spreadsheets with both languages in
# one cell, and what the API's description says of 人次.
SPELL_CHINESE = {
    "drawing/chart_frame.py",
    "foundation/language.py",
    "foundation/money.py",
    "home/queries/health.py",
    "replies/rules/texts.py",
    "services/actions/entries.py",
    "services/api.py",
    "services/commands.py",
    "services/forms.py",
    "services/rules/cells.py",
    "services/rules/sheets.py",
}


def chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def spoken(path: Path) -> list[str]:
    """Read the string literals of a module that are not its docstrings."""
    tree = ast.parse(path.read_text())
    silent = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent
    ]


def test_code_holds_no_chinese():
    """Chinese words live in catalogues, SMS templates and data, so that English is whole too."""
    house = ROOT / "volunteer_hub"
    found = [
        f"{path.relative_to(house)}: {text[:40]}"
        for path in house.rglob("*.py")
        if str(path.relative_to(house)) not in SPELL_CHINESE
        for text in spoken(path)
        if chinese(text)
    ]
    assert found == []


def test_pages_hold_no_chinese():
    """But for the name of the house and of the language, and the sign of a month on a plate."""
    comment = re.compile(r"\{#.*?#\}", re.S)
    meant = re.compile(r"中文|邻里志愿|\"月\"")
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if chinese(meant.sub("", comment.sub("", path.read_text())))
    ]
    assert found == []
