"""Sign up with others: choose who comes, and see what came of each."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import blame
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.groups import policy
from volunteer_hub.groups.actions.candidates import list_candidates
from volunteer_hub.groups.actions.together import Helper, Outcome, join_together
from volunteer_hub.groups.forms import WHOLE, PeopleForm, TogetherForm
from volunteer_hub.groups.queries.companions import page_live
from volunteer_hub.groups.rules.companions import RELATION_WORDS
from volunteer_hub.groups.views.companions import Answer, blueprint, me, reach
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.lists import where
from volunteer_hub.shifts.queries.roles import list_roles
from volunteer_hub.shifts.queries.shifts import get_shift
from volunteer_hub.signups.rules.joining import RoleIsNeeded

blueprints = (blueprint,)


@blueprint.route("/groups/shifts/<int:shift_id>/join", methods=["GET", "POST"])
@permits(policy.JOIN)
def join(shift_id: int) -> Answer:
    """Sign oneself and others up: together or not at all, or each as it comes."""
    shift, form = get_shift(shift_id), TogetherForm()
    if shift.state == "draft":
        raise NotFound
    here = partial(url_for, ".join", shift_id=shift_id)
    asked = {"shift_id": shift_id, "helper": helper_for(shift), "now": utc_now()}
    if form.validate_on_submit():
        chosen = {"people": form.chosen, "role_id": form.role.data}
        whole = form.how.data == WHOLE
        done = tried(form, lambda: join_together(**asked, **chosen, whole=whole))
        if done is not None:
            tell(done)
            return redirect(here(), 303)
    page = page_of(shift, form, helper=asked["helper"], here=here)
    return render_template("groups/join.html", **page), 422 if form.errors else 200


def helper_for(shift: Shift) -> Helper:
    """Say whom the reader may sign up for the shift, and how."""
    proxy = policy.PROXY.allows(current_actor(), path=shift.place.path)
    return Helper(me(), reach(), proxy)


def tried(form: PeopleForm, act: Callable[[], Sequence[Outcome]]) -> Sequence[Outcome] | None:
    """Do it in a transaction, or write into the form what refused it."""
    try:
        with transaction():
            return act()
    except NotFound:
        raise
    except RoleIsNeeded as refusal:
        form.role.errors = [say(refusal)]
    except Refusal as refusal:
        blame(form, refusal)
    return None


def tell(outcomes: Sequence[Outcome]) -> None:
    """Say once who has a place, who waits, and why the others do neither."""
    comma = _(", ")
    states = [(one.signup.state, one.person.name) for one in outcomes if one.signup]
    coming = comma.join(name for state, name in states if state == "confirmed")
    waiting = comma.join(name for state, name in states if state != "confirmed")
    if coming:
        flash(
            _("On the shift: %(names)s. Confirmations are on their way.", names=coming), "success"
        )
    if waiting:
        flash(_("On the waitlist: %(names)s.", names=waiting))
    for one in outcomes:
        if one.signup is None:
            flash(_("Not signed up: %(name)s. %(why)s", name=one.person.name, why=one.why), "error")


def page_of(
    shift: Shift, form: PeopleForm, *, helper: Helper, here: Callable[..., str], kept: bool = False
) -> dict[str, Any]:
    """Gather what both pages show on which people are chosen."""
    now, asked = utc_now(), request.args.get("q", "").strip()
    own = {"paths": helper.paths, "search": asked, "after": request.args.get("after")}
    page = page_live(helper.person.id, **own)
    form.with_roles(list_roles(shift.id) if shift.by_role else ())
    found = list_candidates(shift=shift, helper=helper, companions=page.items, kept=kept, now=now)
    chosen = form.chosen
    if not form.is_submitted() and not found[0].why:
        chosen = {helper.person.id}
    more = {"q": asked or None, "after": page.next}
    return {
        "shift": shift,
        "activity": shift.activity,
        "form": form,
        "candidates": found,
        "chosen": chosen,
        "words": RELATION_WORDS,
        "open": shift.is_open(now),
        "where": where,
        "here": here(),
        "asked": asked,
        "paged": bool(page.next or asked or request.args.get("after")),
        "next_url": here(**more) if page.next else "",
    }
