"""The front door's pages: landing, my page, the desk of the staff, notices and health."""

from flask import Blueprint, jsonify, render_template, request
from werkzeug.wrappers import Response

from volunteer_hub.foundation import api, language
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.limits import limiter
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.foundation.settings import settings
from volunteer_hub.home import policy, rules
from volunteer_hub.home.queries import coming, desk, health, metrics
from volunteer_hub.hours.queries.disputes import list_thresholds
from volunteer_hub.hours.queries.hours import hours_of
from volunteer_hub.hours.rules import stars
from volunteer_hub.hours.rules.hours import SOURCE_WORDS
from volunteer_hub.impact.queries import figures
from volunteer_hub.impact.rules.measures import MEASURES
from volunteer_hub.people.queries import persons
from volunteer_hub.people.rules.accounts import PRIVACY_VERSION
from volunteer_hub.signups.queries import lists

SHOWN = 4  # shifts on the landing page

blueprint = Blueprint("home", __name__)
blueprints = (blueprint,)


@blueprint.get("/")
@permits(policy.SEE_FRONT)
def index() -> str:
    now, actor = utc_now(), current_actor()
    today = language.local_day(now)
    market, last = rules.next_market(today), rules.last_market(today)
    return render_template(
        "home/index.html",
        coming=lists.next_opportunities(now=now, limit=SHOWN, person_id=actor.person_id),
        headline=figures.headline(as_of=today),
        market=market,
        wheel_days=(market - last).days,
        wheel_passed=(today - last).days,
        waiting=desk.look(actor, now=now).waiting if actor.is_staff else 0,
    )


@blueprint.get("/me")
@permits(policy.SEE_MINE)
def me() -> str:
    now, person = utc_now(), persons.get_person(current_actor().person_id or 0)
    totals = hours_of(person.id)
    return render_template(
        "home/me.html",
        person=person,
        promises=coming.promises(person_id=person.id, now=now),
        totals=totals,
        source_words=SOURCE_WORDS,
        standing=stars.standing(totals.by_source, list_thresholds()),
        today=language.local_day(now),
    )


@blueprint.get("/desk")
@permits(policy.SEE_DESK)
def work() -> str:
    now = utc_now()
    return render_template("home/work.html", desk=desk.look(current_actor(), now=now))


@blueprint.get("/privacy")
@permits(policy.SEE_NOTICES)
def privacy() -> str:
    return render_template("home/privacy.html", version=PRIVACY_VERSION)


@blueprint.get("/accessibility")
@permits(policy.SEE_NOTICES)
def accessibility() -> str:
    return render_template("home/accessibility.html")


@blueprint.get("/method")
@permits(policy.SEE_NOTICES)
def method() -> str:
    return render_template("home/method.html", measures=MEASURES.values())


@blueprint.get("/healthz")
@permits(policy.SEE_HEALTH)
@limiter.exempt
def healthz() -> Response:
    return jsonify(alive=True)


@blueprint.get("/readyz")
@permits(policy.SEE_HEALTH)
@limiter.exempt
def readyz() -> Response:
    """Say whether the service can keep its promises: 200, or 503 and what is not well."""
    checks = rules.judge(health.observe(now=utc_now()), now=utc_now())
    faults = [check.name for check in checks if not check.fine]
    answer = jsonify(ready=not faults, faults=faults)
    answer.status_code = 503 if faults else 200
    return answer


@blueprint.get("/metrics")
@permits(policy.SEE_METRICS)
def prometheus() -> Response:
    """Give the numbers to a Prometheus that knows the metrics token."""
    token = settings().metrics_token
    if not metrics.is_known(token, request.headers.get("Authorization", "")):
        raise NotFound
    return Response(metrics.write(now=utc_now()), mimetype=metrics.TYPE)


@blueprint.get(f"{api.PREFIX}/openapi.json")
@permits(policy.SEE_OPENAPI)
def openapi() -> Response:
    return jsonify(api.description())
