"""Gather every string into the catalogues of its room, and compile what the pages read.

    python -m scripts.translate            all rooms
    python -m scripts.translate shifts     one room
    python -m scripts.translate --compile  only compile (what set-up does)

A room's strings stand in translations/zh_CN/<room>.po and translations/en/<room>.po. English is
the source, so its catalogue repeats each sentence; plurals are spelled out there.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALES = {"zh_CN": "zh_Hans_CN", "en": "en"}
OUT = ROOT / "var" / "translations"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "_l": None,
    "sentence": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


def folders(room: str) -> list[Path]:
    """List where a room's strings stand."""
    found = [ROOT / "volunteer_hub" / room, ROOT / "templates" / room]
    found += [ROOT / "templates" / "mail" / room]
    if room == "foundation":
        found += [ROOT / "templates" / name for name in ("layout", "components", "errors")]
    return [folder for folder in found if folder.is_dir()]


def rooms() -> list[str]:
    return sorted(
        p.name for p in (ROOT / "volunteer_hub").iterdir() if (p / "__init__.py").exists()
    )


def gather(room: str) -> Catalog:
    """Extract the room's strings from its code and templates."""
    catalog = Catalog(charset="utf-8")
    methods = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
    options = {"**.html": {"trimmed": "true", "silent": "false"}, "**.txt": {"silent": "false"}}
    for folder in folders(room):
        found = extract_from_dir(
            folder, method_map=methods, options_map=options, keywords=KEYWORDS, comment_tags=()
        )
        for file, _line, message, comments, context in found:
            place = (str((folder / file).relative_to(ROOT)), 0)
            catalog.add(message, None, [place], auto_comments=comments, context=context)
    return catalog


def update(room: str) -> None:
    """Bring both catalogues of the room up to date; what is gone from the code goes."""
    template = gather(room)
    for folder, locale in LOCALES.items():
        path = ROOT / "translations" / folder / f"{room}.po"
        catalog = _read(path, locale)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.fuzzy = False
        if folder == "en":
            _repeat_source(catalog)
        path.parent.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        write_po(buffer, catalog, width=100, omit_header=False, no_location=True, sort_output=True)
        path.write_bytes(_steady(buffer.getvalue()))


def _repeat_source(catalog: Catalog) -> None:
    for message in catalog:
        texts = message.string if isinstance(message.string, list | tuple) else [message.string]
        if message.id and not any(texts):
            message.string = message.id


def _steady(content: bytes) -> bytes:
    """Drop the header's dates and tool versions, so that only real changes show in a diff."""
    moving = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By', b'"Last-Translator')
    return b"".join(
        line for line in content.splitlines(keepends=True) if not line.startswith((*moving, b"# "))
    )


def _read(path: Path, locale: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=locale, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def merged(folder: str) -> Catalog:
    """Join the rooms' catalogues; where two differ the first room is heard (see `conflicts`)."""
    whole = Catalog(locale=LOCALES[folder], charset="utf-8")
    for _room, message in _all_messages(folder):
        known = whole.get(message.id, message.context)
        if known is None or not known.string:
            whole.add(message.id, message.string, context=message.context)
    return whole


def conflicts(folder: str) -> list[str]:
    """Name each sentence that two rooms translate differently; there should be none."""
    said: dict[tuple[object, str], tuple[object, str]] = {}
    found = []
    for room, message in _all_messages(folder):
        text, first = said.setdefault((message.context, str(message.id)), (message.string, room))
        if text != message.string:
            found.append(f"{folder}: {message.id!r} differs between {first} and {room}")
    return found


def _all_messages(folder: str) -> Iterator[tuple[str, Message]]:
    for path in sorted((ROOT / "translations" / folder).glob("*.po")):
        for message in _read(path, LOCALES[folder]):
            if message.id and message.string:
                yield path.stem, message


def compile_all() -> None:
    for folder, locale in LOCALES.items():
        target = OUT / locale / "LC_MESSAGES"
        target.mkdir(parents=True, exist_ok=True)
        with (target / "messages.mo").open("wb") as file:
            write_mo(file, merged(folder))


def main(arguments: list[str]) -> None:
    if "--compile" not in arguments:
        for room in arguments or rooms():
            update(room)
    compile_all()


if __name__ == "__main__":
    main(sys.argv[1:])
