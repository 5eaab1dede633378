"""The page behind a group's link: its people take the places that are kept for them."""

from functools import partial

from flask import redirect, render_template, url_for

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import permits
from volunteer_hub.groups import policy
from volunteer_hub.groups.actions.reservations import take
from volunteer_hub.groups.forms import PeopleForm
from volunteer_hub.groups.queries.reservations import get_by_token
from volunteer_hub.groups.rules.reservations import goes_on
from volunteer_hub.groups.views.companions import Answer, blueprint
from volunteer_hub.groups.views.joining import helper_for, page_of, tell, tried

blueprints = (blueprint,)


@blueprint.route("/groups/reservations/<token>", methods=["GET", "POST"])
@permits(policy.TAKE_KEPT)
def kept(token: str) -> Answer:
    """Show how many of the kept places are left; take one, or one for each of one's people."""
    reservation, form, now = get_by_token(token), PeopleForm(), utc_now()
    helper = helper_for(reservation.shift)
    here = partial(url_for, ".kept", token=token)
    if form.validate_on_submit():
        wish = {"token": token, "helper": helper, "role_id": form.role.data, "now": now}
        done = tried(form, lambda: take(people=form.chosen, **wish))
        if done is not None:
            tell(done)
            return redirect(here(), 303)
        reservation = get_by_token(token)  # the rollback let go of it
    page = page_of(reservation.shift, form, helper=helper, here=here, kept=True)
    page["goes_on"] = goes_on(reservation.state, until=reservation.until, now=now)
    shown = render_template("groups/kept.html", kept=reservation, **page)
    return shown, 422 if form.errors else 200
