"""Headers on every answer: a strict content policy, no framing, no sniffing, a request id."""

import re
import secrets

from flask import Flask, Response, g, request
from flask_wtf import CSRFProtect

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
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
A_YEAR = 31_536_000
REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")

csrf = CSRFProtect()


def request_id() -> str:
    """Name this request; a proxy's id is kept when it is well formed."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if REQUEST_ID.match(given) else secrets.token_hex(8)
    return g.request_id


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = request_id()
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
    if request.endpoint != "static":
        # Pages show whoever is signed in; no shared cache may keep them.
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.vary.update(("Cookie", "Accept-Language"))
    return response


def init_app(app: Flask) -> None:
    csrf.init_app(app)
    app.before_request(lambda: request_id() and None)
    app.after_request(_protect)
