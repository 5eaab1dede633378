"""The files of the look, served past the app: safe headers, and kept only as long as they are true.

A file asked for by its fingerprint (`?v=`, see pages.asset) may be kept for a year; asked for by
its bare name, or by the fingerprint of another release, it must be asked for again each time.
"""

from collections.abc import Callable, Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

from volunteer_hub.foundation.security import HEADERS

A_YEAR = 31_536_000
FOR_A_YEAR = f"public, max-age={A_YEAR}, immutable"
ASK_AGAIN = "public, no-cache"


@cache
def fingerprint(path: Path) -> str:
    """Name the file's content in ten letters; read once per process."""
    return sha256(path.read_bytes()).hexdigest()[:10]


class StaticFiles(WhiteNoise):
    """Reads the folder once, when the app is made."""

    def __init__(self, application: Any, **options: Any) -> None:
        self.fingerprints: dict[str, str] = {}
        super().__init__(application, max_age=None, allow_all_origins=False, **options)

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        self.fingerprints[url] = fingerprint(Path(path))
        return super().get_static_file(path, url, stat_cache)

    def add_cache_headers(self, headers: Any, path: str, url: str) -> None:
        """Give each file the headers of every answer; how long it is kept, `__call__` decides."""
        for name, value in HEADERS.items():
            headers[name] = value

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        url = environ.get("PATH_INFO", "")
        file = self.files.get(url)
        if file is None:
            return self.application(environ, start_response)
        asked_for = parse_qs(environ.get("QUERY_STRING", "")).get("v")
        kept = FOR_A_YEAR if asked_for == [self.fingerprints[url]] else ASK_AGAIN

        def start(status: str, headers: list[tuple[str, str]]) -> Any:
            return start_response(status, [*headers, ("Cache-Control", kept)])

        return self.serve(file, environ, start)


def init_app(app: Flask) -> None:
    """Put the files before the app: they ask for no database and no session."""
    app.wsgi_app = StaticFiles(  # type: ignore[method-assign]
        app.wsgi_app, root=app.static_folder, prefix=app.static_url_path
    )
