"""Build what the pages load: the icon sprite, our one style sheet, the libraries' files.

Run from the root of the repository as `python -m scripts.assets`; writes `static/built/` only.
"""

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

STATIC = Path("static")
BUILT = STATIC / "built"
NODE_MODULES = Path("node_modules")
OUTLINES = NODE_MODULES / "@tabler/icons/icons/outline"
SVG = "http://www.w3.org/2000/svg"

LIBRARIES = (
    NODE_MODULES / "bootstrap/dist/css/bootstrap.min.css",
    NODE_MODULES / "htmx.org/dist/htmx.min.js",
)

# The order is the cascade: what stands lower wins.
STYLES = (
    "tokens",
    "bootstrap-mapping",
    "base",
    "shell",
    "components",
    "home",
    "filters",
    "shift",
    "facts",
    "me",
    "board",
    "project",
    "steps",
    "tables",
    "charts",
    "survey",
    "issue",
    "sign-in",
    "messages",
    "answers",
    "wall",
    "modes",
    "sheet",
    "print",
)


def symbol(name: str, source: Path) -> str:
    """Return one drawing as a `<symbol>`; colours and strokes come from the page."""
    root = ElementTree.parse(source).getroot()
    shapes = [child for child in root if child.get("stroke") != "none"]
    for shape in shapes:
        shape.attrib.pop("fill", None)
    inside = "".join(ElementTree.tostring(shape, encoding="unicode").strip() for shape in shapes)
    inside = inside.replace(f' xmlns:ns0="{SVG}"', "").replace("ns0:", "")
    return f'<symbol id="{name}" viewBox="{root.get("viewBox")}">{inside}</symbol>'


def icon_names() -> list[str]:
    """Return the names in static/icons.txt, which must be sorted and each stand there once."""
    names = (STATIC / "icons.txt").read_text().split()
    if names != sorted(set(names)):
        raise SystemExit("static/icons.txt: keep the names sorted, one a line, each once")
    unknown = [name for name in names if not (OUTLINES / f"{name}.svg").exists()]
    if unknown:
        raise SystemExit(f"static/icons.txt: no such Tabler outline: {', '.join(unknown)}")
    return names


def sprite() -> str:
    """Return every icon of the list, and the word mark, as one SVG file."""
    symbols = [symbol(name, OUTLINES / f"{name}.svg") for name in icon_names()]
    symbols.append(symbol("wordmark", STATIC / "img/wordmark.svg"))
    return f'<svg xmlns="{SVG}">{"".join(symbols)}</svg>\n'


def site_css() -> str:
    """Return our style sheets in the order of the cascade, without comments and line breaks."""
    missing = {path.stem for path in (STATIC / "css").glob("*.css")} ^ set(STYLES)
    if missing:
        raise SystemExit(f"static/css and STYLES differ: {', '.join(sorted(missing))}")
    sheets = [(STATIC / "css" / f"{name}.css").read_text() for name in STYLES]
    return "\n".join(squeezed(sheet) for sheet in sheets) + "\n"


def squeezed(css: str) -> str:
    """Drop comments and the white space that CSS does not need."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};]) ?", r"\1", css)
    css = re.sub(r"([{;][\w-]+): ", r"\1:", css)
    return css.replace(";}", "}").strip()


def main() -> None:
    """Write every built file anew."""
    BUILT.mkdir(parents=True, exist_ok=True)
    for library in LIBRARIES:
        shutil.copyfile(library, BUILT / library.name)
    (BUILT / "icons.svg").write_text(sprite())
    (BUILT / "site.css").write_text(site_css())


if __name__ == "__main__":
    main()
