"""The demo inbox: what the built-in receiving servers accepted, as a person would find it."""

from flask import current_app, render_template, request

from volunteer_hub.foundation.doors import permits
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.messages import policy
from volunteer_hub.messages.queries import arrivals
from volunteer_hub.messages.views.outbox import blueprint

blueprints = (blueprint,)
SHOWN = 30


@blueprint.get("/demo/inbox")
@permits(policy.DEMO_INBOX)
def inbox() -> str:
    settings = current_app.config["SETTINGS"]
    if not settings.demo_sinks:
        raise NotFound
    to = request.args.get("to", "").strip()
    return render_template(
        "messages/inbox.html",
        mails=arrivals.mails(settings.var / "inbox", to=to, limit=SHOWN),
        texts=arrivals.texts(settings.var / "inbox", to=to, limit=SHOWN),
        to=to,
    )
