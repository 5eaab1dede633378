"""Where staff see which addresses are not written to any more, and may put that right."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.messages.policy import SEE_LETTERS
from volunteer_hub.messages.rules.kinds import KIND_WORDS
from volunteer_hub.messages.rules.readers import mask
from volunteer_hub.receipts import actions, policy, queries
from volunteer_hub.receipts.forms import LiftForm
from volunteer_hub.receipts.rules.outcomes import REASON_WORDS
from volunteer_hub.receipts.views.doors import blueprint

blueprints = (blueprint,)


@blueprint.get("/receipts")
@permits(policy.SEE)
def board() -> str:
    """Show what came back from one's places, and the letters that wait for a person."""
    actor, now = current_actor(), utc_now()
    return render_template(
        "receipts/board.html",
        unmatched=queries.count_unmatched(now=now),
        page=queries.page_addresses(
            policy.places_of(actor, policy.SEE), after=request.args.get("after")
        ),
        unknown=queries.list_unknown(actor.paths(SEE_LETTERS.roles or ()), now=now),
        reasons=REASON_WORDS,
        kinds=KIND_WORDS,
        mask=mask,
    )


@blueprint.get("/receipts/addresses/<int:suppression_id>")
@permits(policy.LIFT)
def address(suppression_id: int) -> str:
    """Ask why an address may be written to again."""
    return _page(suppression_id, LiftForm())


@blueprint.post("/receipts/addresses/<int:suppression_id>")
@permits(policy.LIFT)
def lift(suppression_id: int) -> Response | tuple[str, int]:
    """Write to it again, and keep who said so and why."""
    form = LiftForm()
    if not form.validate_on_submit():
        return _page(suppression_id, form), 422
    found = queries.get_address(suppression_id)
    policy.ensure_reached(current_actor(), policy.LIFT, found.place_path)
    with transaction():
        lifted = actions.lift(suppression_id, reason=form.reason.data)
        audit.record(
            "lifted",
            f"suppression:{suppression_id}",
            place_path=lifted.place_path,
            was=lifted.reason,
            reason=form.reason.data,
        )
    flash(_("This address is written to again, from the next letter on."), "success")
    return redirect(url_for(".board"), 303)


def _page(suppression_id: int, form: LiftForm) -> str:
    found = queries.get_address(suppression_id)
    policy.ensure_reached(current_actor(), policy.LIFT, found.place_path)
    may_read = found.message_id and SEE_LETTERS.allows(current_actor(), path=found.place_path)
    return render_template(
        "receipts/address.html",
        address=found,
        form=form,
        reasons=REASON_WORDS,
        letter_id=found.message_id if may_read else None,
    )
