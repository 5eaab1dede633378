"""The outbox as staff see it: numbers, letters with masked addresses, what waits for a person."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_hub.foundation import audit, heartbeat
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.messages import actions, policy
from volunteer_hub.messages.queries import lateness
from volunteer_hub.messages.queries import outbox as queries
from volunteer_hub.messages.rules.kinds import KIND_WORDS
from volunteer_hub.messages.rules.lateness import WAITING, silences
from volunteer_hub.messages.rules.readers import mask
from volunteer_hub.messages.rules.states import CHANNELS, STATE_WORDS

blueprint = Blueprint("messages", "volunteer_hub.messages.views")
blueprints = (blueprint,)


@blueprint.get("/messages")
@permits(policy.SEE_NUMBERS)
def outbox() -> str:
    """Show the numbers of one's places, and the letters to those whose scope holds them."""
    actor, now = current_actor(), utc_now()
    places = actor.paths(policy.SEE_NUMBERS.roles or ())
    paths = actor.paths(policy.SEE_LETTERS.roles or ())
    state, channel = _one_of("state", STATE_WORDS), _one_of("channel", CHANNELS)
    page = None
    if paths:
        after = request.args.get("after")
        page = queries.page_letters(paths, after=after, state=state, channel=channel)
    numbers = queries.outbox_numbers(now=now, paths=places)
    return render_template(
        "messages/outbox.html",
        numbers=numbers,
        standings=lateness.by_kind(numbers.counted),
        waiting=WAITING,
        hours=lateness.by_hour(now=now, paths=places),
        days=lateness.by_day(now=now, paths=places),
        silent=silences(heartbeat.last_beats(), now=now),
        page=page,
        chosen={"state": state, "channel": channel},
        words=STATE_WORDS,
        kinds=KIND_WORDS,
        channels=CHANNELS,
        mask=mask,
    )


@blueprint.get("/messages/<int:message_id>")
@permits(policy.SEE_LETTERS)
def show(message_id: int) -> str:
    message = queries.get_message(message_id)
    actor = current_actor()
    policy.SEE_LETTERS.ensure(actor, path=message.place_path)
    return render_template(
        "messages/show.html",
        message=message,
        attempts=queries.list_attempts(message_id),
        words=STATE_WORDS,
        kinds=KIND_WORDS,
        mask=mask,
        may_settle=policy.SETTLE.allows(actor, path=message.place_path),
    )


@blueprint.post("/messages/<int:message_id>/settle")
@permits(policy.SETTLE)
def settle(message_id: int) -> Response:
    """Say that a letter arrived, or send the same bytes again."""
    message = queries.get_message(message_id)
    policy.SETTLE.ensure(current_actor(), path=message.place_path)
    received = request.form.get("received") == "yes"
    try:
        with transaction():
            actions.settle_unknown(message_id, received=received, now=utc_now())
            verb = "settled as received" if received else "sent again"
            audit.record(verb, f"message:{message_id}", place_path=message.place_path)
    except Refusal as refusal:
        flash(say(refusal), "error")
    return redirect(url_for(".show", message_id=message_id), 303)


@blueprint.post("/messages/<int:message_id>/retry")
@permits(policy.SETTLE)
def retry(message_id: int) -> Response:
    """Put a failed letter back."""
    message = queries.get_message(message_id)
    policy.SETTLE.ensure(current_actor(), path=message.place_path)
    try:
        with transaction():
            actions.retry(message_id, now=utc_now())
            audit.record("retried", f"message:{message_id}", place_path=message.place_path)
    except Refusal as refusal:
        flash(say(refusal), "error")
    else:
        flash(_("It waits to be sent again."), "done")
    return redirect(url_for(".show", message_id=message_id), 303)


def _one_of(name: str, known: object) -> str:
    given = request.args.get(name, "")
    return given if given in known else ""  # type: ignore[operator]
