"""Letters as their readers would get them, made of what is real; nothing is sent."""

from collections.abc import Collection, Sequence

from flask import Blueprint, Response, make_response, render_template, request

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import LANGUAGES
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.foundation.security import CONTENT_POLICY, LETTER_POLICY
from volunteer_hub.messages.rules.kinds import KIND_WORDS
from volunteer_hub.people.policy import scope_of
from volunteer_hub.previews import policy
from volunteer_hub.previews.actions.trying import Composed, framed
from volunteer_hub.previews.actions.writing import preview
from volunteer_hub.previews.queries import shifts
from volunteer_hub.previews.rules import SECRET, SHELVES, SUBJECTS, Wish
from volunteer_hub.shifts.models import Shift

blueprint = Blueprint("previews", __name__)
blueprints = (blueprint,)


@blueprint.get("/previews")
@permits(policy.SEE_PREVIEWS)
def index() -> str:
    """List the kinds that can be looked at by whoever asks."""
    actor = current_actor()
    shelves = {
        heading: [kind for kind in kinds if policy.to_see(kind).allows(actor)]
        for heading, kinds in SHELVES.items()
    }
    return render_template("previews/index.html", shelves=shelves, words=KIND_WORDS)


@blueprint.get("/previews/<kind>")
@permits(policy.SEE_PREVIEWS)
def show(kind: str) -> Response:
    """Show one kind in both languages, as it would be written about what is real there."""
    found = {language: _compose(kind, language) for language in LANGUAGES}
    subject = SUBJECTS[kind]
    page = make_response(
        render_template(
            "previews/show.html",
            kind=kind,
            words=KIND_WORDS,
            found=found,
            missing=subject.missing,
            secret=kind in SECRET,
            shifts=_shifts(kind) if subject.of_a_shift else None,
            shift_id=_shift_id(),
            by_name=_by_name(kind),
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
    answer = make_response(framed(mails[0]))
    answer.headers["Content-Security-Policy"] = LETTER_POLICY
    return answer


def _compose(kind: str, language: str) -> list[Composed] | None:
    if kind not in SUBJECTS:
        raise NotFound
    actor = current_actor()
    policy.to_see(kind).admit(actor)
    return preview(
        kind,
        Wish(
            paths=_paths(kind),
            shift_id=_shift_id() if SUBJECTS[kind].of_a_shift else None,
            language=language,
            by_name=_by_name(kind),
            people=scope_of(actor, policy.SEE_CLOSED),
            whole=scope_of(actor, policy.SEE_WHOLE),
            asked_by=actor.person_id or 0,
            now=utc_now(),
        ),
    )


def _shifts(kind: str) -> Sequence[Shift]:
    return shifts.list_shifts(_paths(kind), now=utc_now())


def _paths(kind: str) -> Collection[str]:
    return current_actor().paths(policy.to_see(kind).roles or ())


def _by_name(kind: str) -> bool:
    """Tell whether every place that the actor sees is one whose people they may know."""
    known = current_actor().paths(policy.SEE_NAMES.roles or ())
    return all(path.startswith(tuple(known)) for path in _paths(kind))


def _shift_id() -> int | None:
    given = request.args.get("shift", "")
    return int(given) if given.isdecimal() and len(given) < 19 else None
