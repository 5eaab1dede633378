"""Letters as their readers would get them, made of what is real; nothing is sent."""

from base64 import b64encode
from collections.abc import Collection

from flask import Blueprint, Response, make_response, render_template, request

from volunteer_hub.carriers.channels.mime import MARK
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import LANGUAGES
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.foundation.security import CONTENT_POLICY
from volunteer_hub.messages.rules.kinds import KIND_WORDS
from volunteer_hub.previews import policy, queries
from volunteer_hub.previews.actions.trying import Composed
from volunteer_hub.previews.actions.writing import Wish, preview
from volunteer_hub.previews.rules import OF_A_SIGNUP, OF_A_WATCH, OF_HOURS, PREVIEWED

blueprint = Blueprint("previews", __name__)
blueprints = (blueprint,)
# Mail programs know no style sheets, so letters carry their styles inline; nothing else is let in.
LETTER_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@blueprint.get("/previews")
@permits(policy.SEE_PREVIEWS)
def index() -> str:
    """List the kinds that can be looked at."""
    groups = (tuple(OF_A_SIGNUP), OF_HOURS, OF_A_WATCH)
    return render_template("previews/index.html", groups=groups, words=KIND_WORDS)


@blueprint.get("/previews/<kind>")
@permits(policy.SEE_PREVIEWS)
def show(kind: str) -> Response:
    """Show one kind in both languages, as it would be written about a shift of one's places."""
    found = {language: _compose(kind, language) for language in LANGUAGES}
    page = make_response(
        render_template(
            "previews/show.html",
            kind=kind,
            words=KIND_WORDS,
            found=found,
            shifts=queries.list_shifts(_paths(), now=utc_now()),
            shift_id=_shift_id(),
            by_name=_by_name(),
        )
    )
    page.headers["Content-Security-Policy"] = f"{CONTENT_POLICY}; frame-src 'self'"
    return page


@blueprint.get("/previews/<kind>/letter")
@permits(policy.SEE_PREVIEWS)
def letter(kind: str) -> Response:
    """Give the letter itself, for a frame without scripts, forms or any way out."""
    language = request.args.get("lang", "zh")
    if language not in LANGUAGES:
        raise NotFound
    mails = [one for one in _compose(kind, language) or () if one.html]
    if not mails:
        raise NotFound
    mark = b64encode(MARK.read_bytes()).decode()  # the letter brings the picture with it
    shown = (mails[0].html or "").replace("cid:mark", f"data:image/png;base64,{mark}")
    answer = make_response(shown)
    answer.headers["Content-Security-Policy"] = LETTER_POLICY
    return answer


def _compose(kind: str, language: str) -> list[Composed] | None:
    if kind not in PREVIEWED:
        raise NotFound
    return preview(
        kind,
        Wish(
            paths=_paths(),
            shift_id=_shift_id(),
            language=language,
            by_name=_by_name(),
            now=utc_now(),
        ),
    )


def _paths() -> Collection[str]:
    return current_actor().paths(policy.SEE_PREVIEWS.roles or ())


def _by_name() -> bool:
    """Tell whether every place that the actor sees is one whose people they may know."""
    known = current_actor().paths(policy.SEE_NAMES.roles or ())
    return all(path.startswith(tuple(known)) for path in _paths())


def _shift_id() -> int | None:
    given = request.args.get("shift", "")
    return int(given) if given.isdecimal() and len(given) < 19 else None
