"""Turn what went wrong into an answer: a page with a sentence, or an RFC 9457 problem."""

import logging
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.doors import is_api
from volunteer_hub.foundation.language import say, say_errors
from volunteer_hub.foundation.refusal import BrokenInput, NotSignedIn, Refusal, sentence

log = logging.getLogger(__name__)
PAGES = {403: "not_allowed", 404: "not_found", 429: "too_many"}
SENTENCES = {
    400: sentence("The request could not be read."),
    401: sentence("Please sign in first."),
    404: sentence("This page does not exist, or it is not open to you."),
    405: sentence("This address does not take that kind of request."),
    413: sentence("The file is too large. Ten megabytes are the most."),
    415: sentence("Send JSON with Content-Type application/json."),
    429: sentence("Too many tries. Please wait a moment and try again."),
    500: sentence("Something broke on our side. It was written down; please try again."),
}


def problem(status: int, refusal: str, detail: str, **more: Any) -> Response:
    """Answer a program with a problem document; `refusal` names the rule in kebab-case."""
    body = {"type": "about:blank", "title": refusal.replace("-", " "), "status": status}
    response = jsonify({**body, "detail": detail, "refusal": refusal, **more})
    response.status_code = status
    response.mimetype = "application/problem+json"
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="volunteer-hub"'
    return response


def answer_refusal(refusal: Refusal) -> AnyResponse | tuple[str, int]:
    """Answer a refusal that no door handled itself."""
    db.session.rollback()
    if is_api():
        errors = {"errors": say_errors(refusal)} if isinstance(refusal, BrokenInput) else {}
        return problem(refusal.status, refusal.code, say(refusal), **errors)
    if isinstance(refusal, NotSignedIn):
        back = request.full_path if request.method == "GET" else local_referrer()
        return redirect(url_for("people.sign_in", next=back))
    return _page(refusal.status, say(refusal))


def _answer_http_error(error: HTTPException) -> AnyResponse | tuple[str, int]:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    text = _("The page was open for a long time. Go back, reload it, and send it again.")
    if not isinstance(error, CSRFError):
        text = _(SENTENCES.get(status, SENTENCES[400 if status < 500 else 500]))
    if not is_api():
        return _page(status, text)
    answer = problem(status, (error.name or "error").lower().replace(" ", "-"), text)
    for name, value in error.get_headers():
        if name.lower() in ("retry-after", "allow"):
            answer.headers[name] = value
    return answer


def _answer_crash(error: Exception) -> AnyResponse | tuple[str, int]:
    log.exception("Unforeseen error", exc_info=error)
    db.session.rollback()
    text = _(SENTENCES[500])
    return problem(500, "internal-error", text) if is_api() else _page(500, text)


def _page(status: int, text: str) -> tuple[str, int]:
    name = PAGES.get(status, "refused" if status < 500 else "error")
    back = local_referrer()
    return render_template(f"errors/{name}.html", sentence=text, back_url=back), status


def local_referrer() -> str:
    """Give the path the reader came from when it is one of ours, else the front page."""
    parts = urlsplit(request.referrer or "")
    return safe_next(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def safe_next(target: str | None) -> str:
    """Return the path to go on to, only if it stays in this house."""
    target = (target or "").replace("\\", "/")
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith("//") and not parts.netloc
    return target if inside and not parts.scheme else "/"


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, answer_refusal)
    app.register_error_handler(HTTPException, _answer_http_error)
    if not app.config.get("TESTING"):
        app.register_error_handler(Exception, _answer_crash)
