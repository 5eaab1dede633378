"""Papers: a person's own, those of the people in one's places, and what runs out there."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.credentials import actions, policy, queries, rules
from volunteer_hub.credentials.forms import ConsentForm, CredentialForm, RevokeForm, TypeForm
from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import local_day, say
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.people.models import Person
from volunteer_hub.people.policy import scope_of
from volunteer_hub.people.queries.persons import get_person, get_visible

blueprint = Blueprint("credentials", __name__)
blueprints = (blueprint,)

Answer = Response | tuple[str, int]
A_YEAR = timedelta(days=364)  # both ends included


@blueprint.get("/credentials")
@permits(policy.READ)
def expiring() -> str:
    """List what runs out within 30 days at the reader's places, the soonest first."""
    actor, today = current_actor(), _today()
    page = queries.page_expiring(
        scope_of(actor, policy.READ),
        whole=scope_of(actor, policy.RECORD),
        today=today,
        until=today + rules.SOON * rules.DAY,
        after=request.args.get("after"),
    )
    next_url = url_for(".expiring", after=page.next) if page.next else ""
    return render_template(
        "credentials/expiring.html",
        page=page,
        next_url=next_url,
        today=today,
        may_keep_types=policy.KEEP_TYPES.allows(actor),
    )


@blueprint.get("/credentials/people/<int:person_id>")
@permits(policy.READ)
def person(person_id: int) -> str:
    """Show what a person can show; a look at a minor's papers is written down."""
    shown, today = _visible(person_id, policy.READ), _today()
    is_minor = rules.is_minor(shown.birth_date, today)
    if is_minor:
        with transaction():
            home = shown.home_place.path if shown.home_place else "/"
            audit.record("read-minors-credentials", f"person:{person_id}", place_path=home)
    page = queries.page_of_person(person_id, after=request.args.get("after"))
    whole = _reaches(person_id, policy.RECORD)
    return render_template(
        "credentials/person.html",
        person=shown,
        page=page,
        next_url=url_for(".person", person_id=person_id, after=page.next) if page.next else "",
        today=today,
        whole=whole,
        is_minor=is_minor,
        lacks_consent=is_minor and not queries.held_by(person_id).consented(today),
        may_record=whole and person_id != current_actor().person_id,
        may_consent=shown.birth_date is None or is_minor,
    )


@blueprint.route("/credentials/people/<int:person_id>/add", methods=["GET", "POST"])
@permits(policy.RECORD)
def add(person_id: int) -> Answer:
    """Copy a certificate or an insurance policy; what was typed stays when it is refused."""
    shown, now = _visible(person_id, policy.RECORD), utc_now()
    form = CredentialForm(data={"valid_from": local_day(now)}).offer(queries.list_types())
    if form.validate_on_submit():
        by = {"by": current_actor().person_id or 0, "now": now}
        refusal = _try(lambda: actions.record_credential(person=shown, **by, **form.facts()))
        if refusal is None:
            return _done(person_id, _("Recorded."))
        form.form_errors.append(say(refusal))
    return _ask("add", form, person_id)


@blueprint.route("/credentials/people/<int:person_id>/consent", methods=["GET", "POST"])
@permits(policy.RECORD)
def consent(person_id: int) -> Answer:
    """Record that a guardian has signed."""
    child, now = _visible(person_id, policy.RECORD), utc_now()
    today = local_day(now)
    form = ConsentForm(
        data={
            "guardian": _likely_guardian(child),
            "valid_from": today,
            "valid_until": today + A_YEAR,
        }
    )
    if form.validate_on_submit():
        guardian = queries.find_person(form.guardian.data or "")
        if guardian is None:
            form.guardian.errors = [_("Nobody has this number. Check it, or ask for the phone.")]
            return _ask("consent", form, person_id)
        by = {"by": current_actor().person_id or 0, "now": now}
        refusal = _try(
            lambda: actions.give_consent(child=child, guardian=guardian, **by, **form.days)
        )
        if refusal is None:
            return _done(person_id, _("The consent is recorded."))
        form.form_errors.append(say(refusal))
    return _ask("consent", form, person_id)


@blueprint.route("/credentials/<int:credential_id>/revoke", methods=["GET", "POST"])
@permits(policy.RECORD)
def revoke(credential_id: int) -> Answer:
    """Take back what does not hold, with a reason that the person reads."""
    credential, form = queries.get_credential(credential_id), RevokeForm()
    person_id = _visible(credential.person_id, policy.RECORD).id
    if form.validate_on_submit():
        why = {"reason": form.reason.data or "", "now": utc_now()}
        by = current_actor().person_id or 0
        refusal = _try(lambda: actions.revoke_credential(credential_id=credential_id, by=by, **why))
        if refusal is None:
            return _done(person_id, _("Revoked. It counts no more."))
        form.form_errors.append(say(refusal))
        credential = queries.get_credential(credential_id)  # the rollback let go of it
    page = render_template(
        "credentials/revoke.html", credential=credential, form=form, today=_today()
    )
    return page, 422 if form.errors else 200


@blueprint.route("/credentials/types", methods=["GET", "POST"])
@permits(policy.KEEP_TYPES)
def types() -> Answer:
    """Show the one list of trainings and qualifications, and add to it."""
    form = TypeForm().offer()
    if form.validate_on_submit():
        words = {name: form.data[name] or "" for name in ("kind", "code", "name_zh", "name_en")}
        by = current_actor().person_id or 0
        refusal = _try(lambda: actions.add_type(**words, by=by))
        if refusal is None:
            flash(_("Added. Shifts can ask for it now."), "success")
            return redirect(url_for(".types"), 303)
        form.code.errors = [say(refusal)]
    page = render_template(
        "credentials/types.html", form=form, types=queries.list_types(), words=rules.KIND_WORDS
    )
    return page, 422 if form.errors else 200


@blueprint.get("/me/credentials")
@permits(policy.READ_OWN)
def my_credentials() -> str:
    """Show a person what is recorded of them."""
    mine = current_actor().person_id or 0
    page = queries.page_of_person(mine, after=request.args.get("after"))
    next_url = url_for(".my_credentials", after=page.next) if page.next else ""
    return render_template(
        "credentials/my_credentials.html", page=page, next_url=next_url, today=_today()
    )


def _today() -> date:
    return local_day(utc_now())


def _visible(person_id: int, permission: Permission) -> Person:
    return get_visible(person_id, scope_of(current_actor(), permission))


def _reaches(person_id: int, permission: Permission) -> bool:
    """Tell whether this permission too reaches a person who is visible by another."""
    if not permission.allows(current_actor()):
        return False
    try:
        _visible(person_id, permission)
    except NotFound:
        return False
    return True


def _likely_guardian(child: Person) -> str:
    """Name whom the child is reached through: mostly the one who signs."""
    through = child.reached_through_id
    return get_person(through).volunteer_no if through else ""


def _try(act: Callable[[], object]) -> Refusal | None:
    """Do it in a transaction, or say what refused it."""
    try:
        with transaction():
            act()
    except Refusal as refusal:
        return refusal
    return None


def _done(person_id: int, said: str) -> Response:
    flash(said, "success")
    return redirect(url_for(".person", person_id=person_id), 303)


def _ask(name: str, form: CredentialForm | ConsentForm, person_id: int) -> Answer:
    page = render_template(
        f"credentials/{name}.html", form=form, person=_visible(person_id, policy.RECORD)
    )
    return page, 422 if form.errors else 200
