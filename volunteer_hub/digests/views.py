"""The month's letter as its readers get it, before and after it goes; a copy for oneself."""

from datetime import date

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as Answer

from volunteer_hub.digests import actions, policy, queries, rules
from volunteer_hub.foundation.clock import Days, utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import LANGUAGES, local_day, say, zone
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.foundation.security import CONTENT_POLICY, LETTER_POLICY
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.places.models import Place

blueprint = Blueprint("digests", __name__)
blueprints = (blueprint,)


@blueprint.get("/digests")
@permits(policy.SEE)
def newest() -> Answer:
    """Lead to the letter of the month that was chosen, else of the last one that is over."""
    month = request.args.get("month") or rules.name_month(rules.newest_closed(_today()))
    return redirect(url_for(".show", month=month, place=request.args.get("place")))


@blueprint.get("/digests/<month>")
@permits(policy.SEE)
def show(month: str) -> Response:
    """Show the letter of a closed month in both languages, and whether it has gone."""
    days, places = _days(month), _places()
    place = _choose(places, request.args.get("place"))
    me, now = _me(), utc_now()
    digest = queries.read_digest(place, days, now=now)
    shown = {code: actions.preview(digest, to=me, language=code, now=now) for code in LANGUAGES}
    page = make_response(
        render_template(
            "digests/show.html",
            digest=digest,
            shown=shown,
            places=places,
            months=rules.months_offered(_today(), shown=days),
            name_month=rules.name_month,
            due_at=rules.told_at(days, zone()),
            told=queries.count_told(rules.topic_of(place.id, days)),
        )
    )
    page.headers["Content-Security-Policy"] = f"{CONTENT_POLICY}; frame-src 'self'"
    return page


@blueprint.get("/digests/<month>/letter")
@permits(policy.SEE)
def letter(month: str) -> Response:
    """Give the letter itself with its pictures, for a frame without scripts or any way out."""
    days, place = _days(month), _choose(_places(), request.args.get("place"))
    language = request.args.get("lang", "zh")
    if language not in LANGUAGES:
        raise NotFound
    now = utc_now()
    digest = queries.read_digest(place, days, now=now)
    answer = make_response(actions.show(digest, to=_me(), language=language, now=now))
    answer.headers["Content-Security-Policy"] = LETTER_POLICY
    return answer


@blueprint.post("/digests/<month>/send")
@permits(policy.SEND_SELF)
def send(month: str) -> Answer:
    """Send the letter of a closed month to whoever asks; pressed twice it is sent once."""
    days, place = _days(month), _choose(_places(), request.form.get("place"))
    try:
        with transaction():
            actions.send_copy(place, days, to=_me(), now=utc_now())
        flash(_("It is on its way to your e-mail address."), "success")
    except Refusal as refusal:
        flash(say(refusal), "error")
    return redirect(url_for(".show", month=month, place=place.code), 303)


def _days(month: str) -> Days:
    days = rules.read_month(month, today=_today())
    if days is None:
        raise NotFound
    return days


def _places() -> list[Place]:
    return list(queries.list_own(current_actor().paths(rules.READERS)))


def _choose(places: list[Place], code: str | None) -> Place:
    """Take the place that was asked for, else the first; nobody sees the letter of another's.

    :raises NotFound: if it is none of theirs
    """
    for place in places:
        if not code or place.code == code:
            return place
    raise NotFound


def _me() -> Person:
    return get_person(current_actor().person_id or 0)


def _today() -> date:
    return local_day(utc_now())
