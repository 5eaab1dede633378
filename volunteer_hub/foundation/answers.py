"""Turn what went wrong into an answer: a page with a sentence, or an RFC 9457 problem."""

import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolIsEmpty
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.doors import is_api
from volunteer_hub.foundation.language import say, say_errors
from volunteer_hub.foundation.limits import seconds_to_wait
from volunteer_hub.foundation.policy import NOBODY
from volunteer_hub.foundation.refusal import BrokenInput, NotAllowed, NotSignedIn, Refusal, sentence

log = logging.getLogger(__name__)
PAGES = {403: "not_allowed", 404: "not_found", 429: "too_many"}
SENTENCES = {
    400: sentence("The request could not be read."),
    401: sentence("Please sign in first."),
    403: NotAllowed.said,
    404: sentence("This page does not exist, or it is not open to you."),
    405: sentence("This address does not take that kind of request."),
    413: sentence("The file is too large. Ten megabytes are the most."),
    415: sentence("Send JSON with Content-Type application/json."),
    429: sentence("Too many tries. Please wait a moment and try again."),
    500: sentence("Something broke on our side. It was written down; please try again."),
    503: sentence("The service cannot reach its records right now. Please try again in a minute."),
}
AGAIN_IN = 30  # seconds, when the database is away
Headers = Iterable[tuple[str, str]]


def problem(status: int, refusal: str, detail: str, **more: Any) -> Response:
    """Answer a program with a problem document; `refusal` names the rule in kebab-case."""
    body = {"type": "about:blank", "title": refusal.replace("-", " "), "status": status}
    response = jsonify({**body, "detail": detail, "refusal": refusal, **more})
    response.status_code = status
    response.mimetype = "application/problem+json"
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="volunteer-hub"'
    return response


def answer_refusal(refusal: Refusal) -> AnyResponse:
    """Answer a refusal that no door handled itself."""
    _let_go()
    if is_api():
        errors = {"errors": say_errors(refusal)} if isinstance(refusal, BrokenInput) else {}
        return problem(refusal.status, refusal.code, say(refusal), **errors)
    if isinstance(refusal, NotSignedIn):
        reads = request.method in ("GET", "HEAD")
        back = request.full_path.rstrip("?") if reads else local_referrer()
        there = url_for("people.sign_in", next=back)
        if "HX-Request" in request.headers:
            # A part of a page was asked for; the sign-in must not appear in its place.
            return Response(status=204, headers={"HX-Redirect": there})
        return redirect(there)
    return _page(refusal.status, say(refusal))


def _answer_http_error(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    _let_go()
    text = _("The page was open for a long time. Go back, reload it, and send it again.")
    if not isinstance(error, CSRFError):
        text = _(SENTENCES.get(status, SENTENCES[400 if status < 500 else 500]))
    known = {name.title(): value for name, value in error.get_headers()}
    headers = [(name, known[name]) for name in ("Allow", "Retry-After") if name in known]
    if status == 429 and "Retry-After" not in known:
        headers.append(("Retry-After", str(seconds_to_wait())))
    return _say(status, (error.name or "error").lower().replace(" ", "-"), text, headers)


def _answer_unusable_value(error: DataError) -> AnyResponse:
    """Answer a value that no form caught and PostgreSQL cannot hold, such as a NUL in a text."""
    log.warning("The database refused a value: %s", type(error.orig).__name__)
    _let_go()
    return _say(422, "broken-input", say(BrokenInput([])), [])


def _answer_database_away(error: Exception) -> AnyResponse:
    log.error("The database does not answer: %s", type(getattr(error, "orig", error)).__name__)
    _let_go()
    text = _(SENTENCES[503])
    return _say(503, "service-unavailable", text, [("Retry-After", str(AGAIN_IN))])


def _answer_crash(error: Exception) -> AnyResponse:
    log.exception("Unforeseen error", exc_info=error)
    _let_go()
    return _say(500, "internal-error", _(SENTENCES[500]), [])


def _let_go() -> None:
    """Give the transaction up; and ask nothing more of a database that has gone away."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session.remove()


def _say(status: int, refusal: str, text: str, headers: Headers) -> AnyResponse:
    answer = problem(status, refusal, text) if is_api() else _page(status, text)
    answer.headers.update(headers)
    return answer


def _page(status: int, text: str) -> Response:
    name = PAGES.get(status, "refused" if status < 500 else "error")
    if status >= 500 and "actor" not in g:
        g.actor = NOBODY  # finding out who is there may be the very thing that broke
    try:
        page = render_template(f"errors/{name}.html", sentence=text, back_url=local_referrer())
    except Exception:
        if status < 500:
            raise
        log.exception("The error page itself broke")
        return Response(text, status, mimetype="text/plain")
    return make_response(page, status)


def local_referrer() -> str:
    """Give the path the reader came from when it is one of ours, else the front page."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:  # whatever it was, it was no address
        return "/"
    if parts.netloc != request.host:
        return "/"
    return safe_next(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def safe_next(target: str | None) -> str:
    """Return the path to go on to, only if it stays in this house."""
    # Browsers read a backslash as a slash, and drop tabs and line ends before they look.
    target = (target or "").replace("\\", "/")
    inside = target.startswith("/") and not target.startswith("//")
    return target if inside and target.isprintable() else "/"


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, answer_refusal)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(DataError, _answer_unusable_value)
    if not app.config.get("TESTING"):  # in tests a crash comes out as itself
        for away in (OperationalError, PoolIsEmpty):
            app.register_error_handler(away, _answer_database_away)
        app.register_error_handler(Exception, _answer_crash)
