"""Stub: to be replaced."""

from flask import Blueprint

from volunteer_hub.foundation import policy
from volunteer_hub.foundation.doors import permits

blueprint = Blueprint("messages", __name__)
blueprints = (blueprint,)


@blueprint.get("/messages")
@permits(policy.only("outbox", *policy.STAFF))
def outbox() -> str:
    return "ok"
