"""The demo inbox: what the built-in receiving servers accepted, as a person would find it."""

from pathlib import Path

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from standalone.sinks.phones import Phones
from volunteer_hub.foundation.doors import permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.foundation.settings import settings
from volunteer_hub.messages import policy
from volunteer_hub.messages.forms import AnswerForm
from volunteer_hub.messages.queries import arrivals
from volunteer_hub.messages.views.outbox import blueprint

blueprints = (blueprint,)
SHOWN = 30


@blueprint.get("/demo/inbox")
@permits(policy.DEMO_INBOX)
def inbox() -> str:
    folder, to = _folder(), request.args.get("to", "").strip()
    return render_template(
        "messages/inbox.html",
        mails=arrivals.mails(folder, to=to, limit=SHOWN),
        texts=arrivals.texts(folder, to=to, limit=SHOWN),
        to=to,
        may_answer=not settings().production,
    )


@blueprint.post("/demo/inbox")
@permits(policy.DEMO_ANSWER)
def answer_text() -> Response:
    """Let a phone of the demonstration write back; the built-in message centre brings it."""
    folder, form = _folder(), AnswerForm()
    if settings().production or not form.validate_on_submit():
        raise NotFound
    Phones(folder).write(form.phone.data or "", form.text.data or "")
    flash(_("Sent. What comes of it arrives here within a few seconds."), "success")
    return redirect(url_for(".inbox", to=request.args.get("to")), 303)


def _folder() -> Path:
    """Name the folder in which the built-in servers keep what they accept.

    :raises NotFound: if letters leave the house
    """
    if not settings().demo_sinks:
        raise NotFound
    return settings().var / "inbox"
