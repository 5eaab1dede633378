"""The list of texts as they are filed with the provider of text messages."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from volunteer_hub.filings import actions, policy, queries
from volunteer_hub.filings.forms import StepForm
from volunteer_hub.filings.rules import KIND_WORDS, MOVES, STATE_WORDS
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import permits
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.foundation.settings import settings
from volunteer_hub.foundation.sheets import CSV_TYPE, write_csv

blueprint = Blueprint("filings", __name__)
blueprints = (blueprint,)
HEAD = ("template", "kind", "signature", "text", "parts", "state", "vendor_code", "reason")


@blueprint.get("/filings")
@permits(policy.SEE_FILINGS)
def index() -> str:
    return _page(StepForm())


@blueprint.post("/filings")
@permits(policy.FILE_TEXTS)
def move() -> Answer | tuple[str, int]:
    """Write down the next state of one text."""
    form = StepForm()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            actions.move(
                form.template.data or "",
                to=form.to.data or "",
                vendor_code=form.vendor_code.data or "",
                reason=form.reason.data or "",
                now=utc_now(),
            )
    except NotFound:
        raise
    except Refusal as refusal:
        flash(say(refusal), "error")
        return _page(form), refusal.status
    flash(_("Written down."), "done")
    return redirect(url_for(".index"), 303)


@blueprint.get("/filings.csv")
@permits(policy.SEE_FILINGS)
def sheet() -> Response:
    """Give the list for the provider's portal."""
    rows = [[getattr(one, name) for name in HEAD] for one in queries.list_filed()]
    answer = Response(write_csv(HEAD, rows), content_type=CSV_TYPE)
    answer.headers["Content-Disposition"] = "attachment; filename=filings.csv"
    return answer


def _page(form: StepForm) -> str:
    return render_template(
        "filings/index.html",
        filed=queries.list_filed(),
        form=form,
        moves=MOVES,
        words=STATE_WORDS,
        kinds=KIND_WORDS,
        required=settings().sms_filing,
    )
