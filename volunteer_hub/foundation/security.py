"""Headers on every answer: a strict content policy, no framing, no sniffing, a request id."""

import re
import secrets

from flask import Flask, Response, current_app, g, request
from flask_wtf import CSRFProtect

from volunteer_hub.foundation import log

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# Of a letter in a frame: mail programs know no style sheets, so it carries its styles inline;
# nothing else is let in.
LETTER_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
A_YEAR = 31_536_000
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

csrf = CSRFProtect()


def request_id() -> str:
    """Name this request; a proxy's id is kept when it is well formed."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    return g.request_id


def _name_request() -> None:
    log.carry(request_id=request_id())


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = request_id()
    if request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
    if request.endpoint != "static":
        # Pages show whoever is signed in; no shared cache may keep them.
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.vary.update(("Cookie", "Accept-Language"))
    return response


def init_app(app: Flask) -> None:
    app.before_request(_name_request)
    app.teardown_request(lambda _error: log.carry())
    csrf.init_app(app)
    app.after_request(_protect)
