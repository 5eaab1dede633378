"""What a strict content policy forbids is not even written."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"
MAIL = TEMPLATES / "mail"  # mail programs know no style sheets: styles stand inline there
# A block of JSON-LD is data: no browser runs it, and script-src does not ask about it.
INLINE = re.compile(
    r"\sstyle=|<style|\son\w+=|<script(?![^>]*\bsrc=)(?! type=\"application/ld\+json\">)"
    r"|javascript:|hx-on",
    re.I,
)
PROTECTED = re.compile(r"csrf_token|hidden_tag\(\)")
INCLUDE = re.compile(r"\{% include \"([^\"]+)\" %\}")
EXTERNAL = re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//", re.I)


def pages():
    return [p for p in TEMPLATES.rglob("*.html") if MAIL not in p.parents]


def whole(path):
    """Read a template with what it includes."""
    return INCLUDE.sub(lambda found: whole(TEMPLATES / found[1]), path.read_text())


def test_no_inline_style_or_script():
    assert [str(p) for p in pages() if INLINE.search(p.read_text())] == []


def test_no_external_address():
    found = [p for p in TEMPLATES.rglob("*.html") if EXTERNAL.search(p.read_text())]
    assert [str(p) for p in found] == []


def test_every_component_is_used():
    """A macro nobody calls is dead."""
    everything = "\n".join(p.read_text() for p in TEMPLATES.rglob("*.html"))
    components = [p.name for p in (TEMPLATES / "components").glob("*.html")]
    unused = [name for name in components if f"components/{name}" not in everything]
    assert unused == []


def test_every_component_says_how_to_use_it():
    components = (TEMPLATES / "components").glob("*.html")
    silent = [p.name for p in components if not p.read_text().lstrip().startswith("{#")]
    assert silent == []


def test_every_form_that_posts_is_protected():
    loose = [
        str(p)
        for p in pages()
        for form in re.findall(r"<form\b.*?</form>", whole(p), re.S)
        if 'method="post"' in form and not PROTECTED.search(form)
    ]
    assert loose == []
