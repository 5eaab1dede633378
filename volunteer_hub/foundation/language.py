"""Both languages whole: which one this reader wants, how dates, numbers and names read in it."""

from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, force_locale, get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _translate_later

from volunteer_hub.foundation.refusal import BrokenInput, Refusal

LANGUAGES = ("zh", "en")
LOCALES = {"zh": Locale("zh", "CN", "Hans"), "en": Locale("en")}  # each is read from files
WEEKDAYS_ZH = "一二三四五六日"

__all__ = ["force_locale", "gettext", "lazy_gettext", "ngettext"]


def lazy_gettext(text: str, **facts: object) -> str:
    """Translate when it is shown; stands for a str everywhere."""
    return cast(str, _translate_later(text, **facts))


def choose_locale() -> Locale:
    """Pick the locale: the person's choice, the session's, the browser's, and else Chinese."""
    return LOCALES[choose_language()]


def choose_language() -> str:
    if not has_request_context():
        return "zh"
    chosen = g.get("language") or session.get("language")
    if chosen in LANGUAGES:
        return chosen
    # In the order of the reader's wish: en-GB before zh-CN means English, though we speak only en.
    wishes = (tag.split("-")[0].lower() for tag, quality in request.accept_languages if quality)
    return next((wish for wish in wishes if wish in LANGUAGES), "zh")


def language() -> str:
    """Say which language is spoken right now: zh or en."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def speaking(lang: str) -> Any:
    """Speak this language (zh or en) inside a with block: letters follow their reader."""
    return force_locale(LOCALES.get(lang, LOCALES["zh"]))


def localized(thing: object, name: str) -> str:
    """Read `name_en` for English readers where it is given, else `name_zh`."""
    english = getattr(thing, f"{name}_en", None) if language() == "en" else None
    return english or getattr(thing, f"{name}_zh")


def say(refusal: Refusal) -> str:
    """Translate a refusal's sentence and fill in its facts."""
    return gettext(refusal.said, **refusal.facts) if refusal.facts else gettext(refusal.said)


def say_errors(refusal: BrokenInput) -> list[dict[str, str]]:
    """Translate the sentence of each broken field."""
    return [{"field": field, "message": gettext(text)} for field, text in refusal.errors]


def zone() -> ZoneInfo:
    return current_app.config["ZONE"]


def write_day(day: date, *, year: bool = False) -> str:
    """Write 12月5日 or 5 Dec; with the year 2019年12月31日 or 31 Dec 2019."""
    if language() == "en":
        return f"{day.day} {day:%b}{f' {day.year}' if year else ''}"
    return f"{f'{day.year}年' if year else ''}{day.month}月{day.day}日"


def write_weekday(day: date) -> str:
    return f"{day:%a}" if language() == "en" else f"周{WEEKDAYS_ZH[day.weekday()]}"


def write_month(day: date) -> str:
    return format_skeleton("yMMM", day, locale=get_locale())


def comma() -> str:
    """Write what stands between two facts; Chinese has a comma of its own width."""
    return ", " if language() == "en" else "，"


def full_stop() -> str:
    """Write what stands between two sentences."""
    return ". " if language() == "en" else "。"


def write_clock(instant: datetime) -> str:
    """Write the wall clock of the place's zone: 8:00, 14:30."""
    local = instant.astimezone(zone())
    return f"{local.hour}:{local.minute:02d}"


def write_span(starts_at: datetime, ends_at: datetime) -> str:
    """Write 8:00–12:30, and the second day when the span goes past midnight."""
    first, last = starts_at.astimezone(zone()), ends_at.astimezone(zone())
    until = write_clock(ends_at)
    if first.date() != last.date():
        until = f"{write_day(last.date())} {until}"
    return f"{write_clock(starts_at)}–{until}"


def local_day(instant: datetime) -> date:
    return instant.astimezone(zone()).date()


def init_app(app: Flask) -> None:
    app.extensions["speech"] = Babel(
        app,
        locale_selector=choose_locale,
        default_locale="zh_Hans_CN",
        default_translation_directories=app.config["TRANSLATIONS"],
    )
