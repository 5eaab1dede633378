"""Who is on a shift and who waits; staff put people on it and take them off."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.people.policy import scope_of
from volunteer_hub.people.queries import persons
from volunteer_hub.people.queries.directory import Listed, page_directory
from volunteer_hub.people.rules.accounts import Scope
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries import lists, roles
from volunteer_hub.signups import policy
from volunteer_hub.signups.actions import joining
from volunteer_hub.signups.forms import AddPersonForm, RemoveForm
from volunteer_hub.signups.queries import signups
from volunteer_hub.signups.views.public import blueprint, open_for

blueprints = (blueprint,)
Answer = Response | tuple[str, int]


@blueprint.get("/shifts/<int:shift_id>/roster")
@permits(policy.READ_ROSTER)
def roster(shift_id: int) -> str:
    """List names and numbers of who serves and who waits, and whom a search finds."""
    shift = open_for(shift_id, policy.READ_ROSTER)
    asked = request.args.get("q", "").strip()
    keeps = policy.KEEP_ROSTER.allows(current_actor(), path=shift.place.path)
    return render_template(
        "signups/roster.html",
        shift=shift,
        where=lists.where,
        live=signups.list_live(shift_id),
        late=signups.list_late(shift_id),
        roles=roles.list_roles(shift_id) if shift.by_role else (),
        keeps=keeps and shift.is_open(utc_now()),
        asked=asked,
        found=_search(asked) if asked and keeps else [],
        add_form=AddPersonForm(),
        remove_form=RemoveForm(),
    )


@blueprint.post("/shifts/<int:shift_id>/roster")
@permits(policy.KEEP_ROSTER)
def add(shift_id: int) -> Response:
    """Put somebody of one's scope on the shift, or at the end of its line."""
    shift, form = open_for(shift_id, policy.KEEP_ROSTER), AddPersonForm()
    if not form.validate_on_submit():
        raise NotFound
    person = persons.get_visible(form.person.data or 0, _scope())
    try:
        with transaction():
            signup = joining.join(
                shift_id=shift.id,
                person=person,
                now=utc_now(),
                made_by=current_actor().person_id,
                ask=joining.Ask(role_id=form.role.data, instant=True, beyond=form.beyond.data),
            )
    except Refusal as refusal:
        flash(say(refusal), "error")
    else:
        added = _("%(name)s is on the shift.", name=person.name)
        waits = _("%(name)s is on the waitlist.", name=person.name)
        flash(added if signup.state == "confirmed" else waits, "success")
    return _back(shift)


@blueprint.post("/shifts/<int:shift_id>/roster/<int:signup_id>/remove")
@permits(policy.KEEP_ROSTER)
def remove(shift_id: int, signup_id: int) -> Response:
    """Take somebody off the shift and tell them."""
    shift, form = open_for(shift_id, policy.KEEP_ROSTER), RemoveForm()
    signup = signups.get_signup(signup_id)
    if signup.shift_id != shift_id or not form.validate_on_submit():
        raise NotFound
    try:
        with transaction():
            joining.leave(
                signup_id=signup_id,
                now=utc_now(),
                by=current_actor().person_id,
                by_staff=True,
                reason=form.reason.data or None,
            )
    except Refusal as refusal:
        flash(say(refusal), "error")
    else:
        flash(_("%(name)s is no longer on the shift, and is told.", name=signup.person.name))
    return _back(shift)


def _scope() -> Scope:
    return scope_of(current_actor(), policy.KEEP_ROSTER)


def _search(asked: str) -> list[Listed]:
    """Find people of one's scope by name, pinyin, volunteer number or whole phone number."""
    by_phone = persons.find_by_address(asked)
    if by_phone is not None:
        asked = by_phone.volunteer_no
    page = page_directory(_scope(), search=asked, path=None, after=None)
    return list(page.items)


def _back(shift: Shift) -> Response:
    return redirect(url_for(".roster", shift_id=shift.id), 303)
