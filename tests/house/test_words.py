"""Both languages whole: every string is in both catalogues, and none is left empty."""

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
    import re

    broken = []
    for message in catalogue("zh_CN", room).values():
        source = message.id if isinstance(message.id, str) else message.id[-1]
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        wanted = set(re.findall(r"%\(\w+\)[sd]", source))
        broken += [source for text in texts if set(re.findall(r"%\(\w+\)[sd]", text)) != wanted]
    assert broken == []


def test_code_holds_no_chinese():
    """Chinese words live in catalogues, SMS templates and data, so that English is whole too."""
    allowed = {"language.py", "money.py"}  # they spell Chinese dates and amounts
    house = Path(ROOT / "volunteer_hub")
    found = []
    for path in [*house.rglob("*.py"), *(ROOT / "templates").rglob("*.html")]:
        if path.name in allowed:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            code = line.split("#")[0].split("{#")[0] if path.suffix == ".py" else line
            if any("\u4e00" <= ch <= "\u9fff" for ch in code) and '"""' not in code:
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:60]}")
    assert found == []
