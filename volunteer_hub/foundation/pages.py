"""What every template may use: words of both languages, drawings, and who is looking."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, has_request_context, request, session, url_for
from flask_babel import get_locale, get_translations
from jinja2 import StrictUndefined
from markupsafe import Markup

from volunteer_hub import drawing
from volunteer_hub.foundation import language
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import current_actor, may_open
from volunteer_hub.foundation.money import write_amount
from volunteer_hub.foundation.settings import settings
from volunteer_hub.foundation.static_files import fingerprint

DRAWINGS = 4000  # components kept as they were drawn; each is a few kB


def asset(path: str) -> str:
    """Address a static file by its content, so that browsers may keep it for ever."""
    file = Path(current_app.static_folder or "static") / path
    return url_for("static", filename=path, v=fingerprint(file))


def remembered(macro: Callable[..., Markup], *values: Any) -> Markup:
    """Draw a component, or give what it drew before from the same values in the same language.

    Only for components that show nothing but their values. The values are read anew for every
    page: whatever changed, a number of free places too, is drawn anew.
    """
    return _drawn(macro, language.language(), *values)


@lru_cache(maxsize=DRAWINGS)
def _drawn(macro: Callable[..., Markup], _language: str, *values: Any) -> Markup:
    return macro(*values)


def elder() -> bool:
    """Tell whether this reader asked for large type."""
    chosen = session.get("elder", False) if has_request_context() else False
    return bool(g.get("elder_mode", chosen))


def _context() -> dict[str, Any]:
    actor = current_actor()
    return {
        "lang": language.language(),
        "elder": elder(),
        "theme": "",
        "viewer": actor if actor.signed_in else None,
        "now": utc_now(),
        "demo": settings().demo_sinks,
    }


def _number(value: float, decimals: int = 0) -> str:
    return f"{value:,.{decimals}f}"


def _translate_at_once(app: Flask) -> None:
    """Give templates their words by one look into a catalogue.

    Flask-Babel looks for the catalogue with every word; a page has a hundred.
    """
    catalogues: dict[str, Any] = {}

    def catalogue() -> Any:
        locale = get_locale()
        if locale is None:
            return get_translations()
        if locale.language not in catalogues:
            catalogues[locale.language] = get_translations()
        return catalogues[locale.language]

    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: catalogue().ugettext(text),
        ngettext=lambda one, many, number: catalogue().ungettext(one, many, number),
        newstyle=True,
    )


def init_app(app: Flask) -> None:
    _translate_at_once(app)
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    app.context_processor(_context)
    env.globals.update(
        asset=asset,
        language=language.language,
        localized=language.localized,
        local_day=language.local_day,
        span=language.write_span,
        comma=language.comma,
        full_stop=language.full_stop,
        elder_mode=elder,
        may_open=may_open,
        remembered=remembered,
        request_path=lambda: request.full_path.rstrip("?"),
        Markup=Markup,
    )
    drawing.register(app)
    env.filters.update(
        day=lambda day: language.write_day(_as_day(day)),
        day_full=lambda day: language.write_day(_as_day(day), year=True),
        weekday=lambda day: language.write_weekday(_as_day(day)),
        month=lambda day: language.write_month(_as_day(day)),
        clock=language.write_clock,
        yuan=write_amount,
        number=_number,
    )


def _as_day(value: Any) -> Any:
    return language.local_day(value) if isinstance(value, datetime) else value
