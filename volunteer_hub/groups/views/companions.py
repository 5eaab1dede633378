"""The people I sign up for: see them and their shifts, add one, agree again, end it."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.credentials.rules import is_minor
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import Confirmation, blame
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import language, local_day, ngettext, say
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.groups import policy
from volunteer_hub.groups.actions import companions as actions
from volunteer_hub.groups.forms import CompanionForm, ConsentForm, EndForm, PersonForm
from volunteer_hub.groups.models import Companion
from volunteer_hub.groups.queries import companions as queries
from volunteer_hub.groups.rules import companions as rules
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.shifts.queries.lists import where

blueprint = Blueprint("groups", "volunteer_hub.groups.views")
blueprints = (blueprint,)

Answer = Response | tuple[str, int]


@blueprint.get("/groups/companions")
@permits(policy.READ_COMPANIONS)
def companions() -> str:
    """List whom the reader signs up, with what each promised next."""
    asked = request.args.get("q", "").strip()
    page = queries.page_live(me().id, paths=reach(), search=asked, after=request.args.get("after"))
    now = utc_now()
    return render_template(
        "groups/companions.html",
        companions=page.items,
        coming=queries.list_coming([one.person_id for one in page.items], now=now),
        next_url=url_for(".companions", q=asked or None, after=page.next) if page.next else "",
        asked=asked,
        paged=bool(page.next or asked or request.args.get("after")),
        today=local_day(now),
        words=rules.RELATION_WORDS,
        renewable=_renewable,
        where=where,
        may_add_resident=policy.ADD_RESIDENT.allows(current_actor()),
    )


@blueprint.route("/groups/companions/add", methods=["GET", "POST"])
@permits(policy.KEEP_COMPANIONS)
def add() -> Answer:
    """Add family or a neighbour without a phone; what was agreed to is put on record."""
    form = CompanionForm().offer()
    if form.validate_on_submit():
        facts = {"name": form.name.data or "", "birth_date": form.birth_date.day}
        facts |= {"relation": form.relation.data, "agreed": agreed(form)}
        added = attempted(form, lambda: actions.add_own(helper=me(), now=utc_now(), **facts))
        if added:
            return listed(_("%(name)s is on your list now.", name=facts["name"]))
    return render_template("groups/add.html", form=form), 422 if form.errors else 200


@blueprint.route("/groups/companions/<int:companion_id>/consent", methods=["GET", "POST"])
@permits(policy.KEEP_COMPANIONS)
def consent(companion_id: int) -> Answer:
    """Agree again, as the guardian, for another year."""
    companion, form = _mine(companion_id), ConsentForm()
    if not _renewable(companion):
        raise NotFound
    text = _(rules.CONSENT_TEXTS[rules.GUARDIAN])
    form.agree.label.text = text
    if form.validate_on_submit():
        word = actions.Agreed(rules.GUARDIAN, text, language())
        renew = {"companion_id": companion_id, "paths": reach(), "agreed": word}
        if attempted(form, lambda: actions.renew(helper=me(), now=utc_now(), **renew)):
            return listed(_("The consent is recorded."))
    page = render_template("groups/consent.html", form=form, companion=companion)
    return page, 422 if form.errors else 200


@blueprint.route("/groups/companions/<int:companion_id>/end", methods=["GET", "POST"])
@permits(policy.KEEP_COMPANIONS)
def end(companion_id: int) -> Answer:
    """Sign somebody up no more, once the reader has seen what that means."""
    companion, form = _mine(companion_id), EndForm()
    name, now = companion.person.name, utc_now()
    if companion.consent_by != rules.GUARDIAN:
        del form.withdrawing
    if form.validate_on_submit():
        given = _end(companion_id, form)
        done = _("You do not sign up %(name)s any more.", name=name)
        back = ngettext("%(num)s place was given back.", "%(num)s places were given back.", given)
        return listed(f"{done} {back}" if given else done)
    coming = queries.list_coming([companion.person_id], now=now)[companion.person_id]
    page = render_template("groups/end.html", form=form, companion=companion, coming=coming)
    return page, 422 if form.errors else 200


@blueprint.post("/groups/companions/<int:companion_id>/signups/<int:signup_id>/leave")
@permits(policy.KEEP_COMPANIONS)
def leave_for(companion_id: int, signup_id: int) -> Response:
    """Give the place of somebody back for them."""
    name = _mine(companion_id).person.name
    left = {"companion_id": companion_id, "signup_id": signup_id, "paths": reach()}
    try:
        if Confirmation().validate_on_submit():
            with transaction():
                actions.leave_for(helper=me(), now=utc_now(), **left)
            flash(_("The place of %(name)s is free again.", name=name), "success")
    except NotFound:
        raise
    except Refusal as refusal:
        flash(say(refusal), "error")
    return redirect(url_for(".companions"), 303)


def me() -> Person:
    return get_person(current_actor().person_id or 0)


def reach() -> tuple[str, ...]:
    """List the places at which the reader may sign up residents right now."""
    return current_actor().paths(policy.HELPERS)


def agreed(form: PersonForm) -> actions.Agreed:
    """Keep the sentence as it was shown."""
    return actions.Agreed(form.consent.data, _(rules.CONSENT_TEXTS[form.consent.data]), language())


def attempted(form: PersonForm | ConsentForm, act: Callable[[], object]) -> bool:
    """Do it in a transaction, or write into the form what refused it."""
    try:
        with transaction():
            act()
    except NotFound:
        raise
    except Refusal as refusal:
        blame(form, refusal)
        return False
    return True


def listed(said: str) -> Response:
    flash(said, "success")
    return redirect(url_for(".companions"), 303)


def _mine(companion_id: int) -> Companion:
    return queries.get_companion(companion_id, helper_id=me().id, paths=reach())


def _renewable(companion: Companion) -> bool:
    minor = is_minor(companion.person.birth_date, local_day(utc_now()))
    return minor and companion.consent_by == rules.GUARDIAN


def _end(companion_id: int, form: EndForm) -> int:
    withdraws = form.withdrawing.data if "withdrawing" in form else False
    with transaction():
        return actions.end(
            companion_id=companion_id,
            helper=me(),
            paths=reach(),
            giving_back=form.giving_back.data,
            withdrawn=_("The guardian takes the consent back.") if withdraws else None,
            now=utc_now(),
        )
