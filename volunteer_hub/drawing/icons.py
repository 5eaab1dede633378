"""Icons and the word mark: references into the sprite that `scripts/assets.py` builds."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

from volunteer_hub.drawing.geometry import tag

STATIC = Path(__file__).resolve().parents[2] / "static"
SPRITE = "/static/built/icons.svg"
WORDMARK_BOX = "0 0 137.6 32"


@cache
def icon_names() -> frozenset[str]:
    """Read the icons that this house uses."""
    return frozenset((STATIC / "icons.txt").read_text().split())


@cache
def icon(name: str, sprite: str = SPRITE) -> Markup:
    """Draw one icon; a text must stand beside it.  Raises for a name outside static/icons.txt."""
    if name not in icon_names():
        raise LookupError(f"no icon {name!r}: add the Tabler outline's name to static/icons.txt")
    use = tag("use", "", href=f"{sprite}#{name}")
    return tag("svg", use, class_="icon", aria_hidden="true", focusable="false")


def wordmark(sprite: str = SPRITE) -> Markup:
    """Draw 邻里志愿 as outlines; a name in text must stand beside it for screen readers."""
    use = tag("use", "", href=f"{sprite}#wordmark")
    return tag(
        "svg",
        use,
        class_="wordmark",
        viewBox=WORDMARK_BOX,
        aria_hidden="true",
        focusable="false",
    )


def fingerprinted(static_url: str) -> str:
    """Address the built sprite by its content, so that browsers may keep it for ever."""
    sprite = STATIC / "built" / "icons.svg"
    if not sprite.exists():
        return f"{static_url}/built/icons.svg"
    version = sha256(sprite.read_bytes()).hexdigest()[:10]
    return f"{static_url}/built/icons.svg?v={version}"
