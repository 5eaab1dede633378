"""Open the house: build the Flask app, furnish the foundation and hang each room's doors."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from flask import Flask
from flask_migrate import Migrate

import config
from volunteer_hub.foundation import (
    answers,
    bells,
    database,
    doors,
    language,
    limits,
    log,
    pages,
    security,
    static_files,
)
from volunteer_hub.foundation.api import hang, make_app

ROOT = Path(__file__).parent.parent

# The stairs, from the lowest floor up; docs/architecture.md tells what lives in each room.
ROOMS = (
    "carriers",
    "messages",
    "dispatch",
    "receipts",
    "places",
    "people",
    "filings",
    "credentials",
    "preferences",
    "projects",
    "activities",
    "funding",
    "shifts",
    "signups",
    "hours",
    "attendance",
    "calendar",
    "planning",
    "standing",
    "stand_ins",
    "groups",
    "replies",
    "watches",
    "mailings",
    "series",
    "previews",
    "services",
    "impact",
    "digests",
    "home",
)


def create_app(settings: config.Settings | None = None, **overrides: Any) -> Flask:
    """Build the app; `overrides` go into Flask's config, for tests and tools."""
    settings = settings or config.read()
    app = make_app(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        static_url_path="/static",
    )
    app.config.from_mapping(_flask_config(settings))
    app.config.from_mapping(overrides)
    log.set_up(pretty=not settings.production)
    for part in (database, bells, language, limits, security, doors, answers, pages, static_files):
        part.init_app(app)
    Migrate(app, database.db, directory=str(ROOT / "migrations"), compare_type=True)
    hang_doors(app)
    return app


def _flask_config(settings: config.Settings) -> dict[str, Any]:
    return {
        "SETTINGS": settings,
        "ZONE": settings.timezone,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": database.engine_options(),
        "BROKER": config.broker(settings.redis_url),
        "RATELIMIT_STORAGE_URI": config.limiter_storage(settings.redis_url),
        "RATELIMIT_STORAGE_OPTIONS": {"socket_connect_timeout": 0.3, "socket_timeout": 0.5},
        "TRANSLATIONS": str(ROOT / "var" / "translations"),
        "SESSION_COOKIE_NAME": "hub_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.public_url.startswith("https://"),
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": settings.public_url.startswith("https://"),
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": 10 * 1024 * 1024 + 65_536,
        "BOOTSTRAP_SERVE_LOCAL": True,
    }


def hang_doors(app: Flask) -> None:
    """Register what each room opens: pages, API, and ears for what lower rooms announce."""
    for room in ROOMS:
        find_door(room, "models")
        furnish = getattr(find_door(room, "listeners"), "init_app", None)
        if furnish:
            furnish(app)
        for blueprint in blueprints_of(room, "views"):
            app.register_blueprint(blueprint)
        for blueprint in blueprints_of(room, "api"):
            hang(app, blueprint)


def find_door(room: str, name: str) -> Any:
    """Import a room's module if the room has it."""
    module = f"{__package__}.{room}.{name}"
    return import_module(module) if find_spec(module) else None


def blueprints_of(room: str, name: str) -> list[Any]:
    """Gather the blueprints of a door, which may be a package divided by noun."""
    door = find_door(room, name)
    modules = [door] if door else []
    for found in iter_modules(getattr(door, "__path__", [])):
        modules.append(import_module(f"{door.__name__}.{found.name}"))
    blueprints = [b for module in modules for b in getattr(module, "blueprints", ())]
    return list(dict.fromkeys(blueprints))
