"""The doors at which carriers and mail servers say what became of a letter.

A door checks the signature, keeps what was said, and answers; a worker applies it.
"""

import json
import logging
from uuid import UUID

from flask import Blueprint, Response, request
from pydantic import ValidationError

from volunteer_hub.carriers.channels.opening import ways
from volunteer_hub.carriers.rules.signing import receipt_proof
from volunteer_hub.foundation.answers import problem
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import permits
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.limits import by_address, limiter
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.foundation.security import csrf
from volunteer_hub.foundation.settings import settings
from volunteer_hub.receipts import actions, policy
from volunteer_hub.receipts.forms import Report
from volunteer_hub.receipts.rules.outcomes import (
    KANNEL,
    Heard,
    ReceiptIsForged,
    ReceiptIsUnreadable,
    kannel_blame,
)
from volunteer_hub.receipts.rules.reports import CARRIER, read_report
from volunteer_hub.receipts.rules.signing import (
    HEADERS,
    ensure_signed,
    is_proved,
    own_secret,
    secret_in,
)

blueprint = Blueprint("receipts", "volunteer_hub.receipts.views")
blueprints = (blueprint,)
log = logging.getLogger(__name__)
BLAMED = {"bounced": "address", "soft-bounced": "mailbox", "complained": "address"}


def _is_refused(response: Response) -> bool:
    return response.status_code == ReceiptIsForged.status


# Who holds the secret may report as much as there is; who guesses is stopped soon.
guesses_are_few = limiter.limit("60 per minute", key_func=by_address, deduct_when=_is_refused)


@blueprint.get("/receipts/kannel")
@guesses_are_few
@permits(policy.REPORT)
def kannel() -> Response:
    """Take Kannel's word on a message; the proof stands in the address that we gave it."""
    uuid, status = _uuid(request.args.get("id", "")), request.args.get("status", "")
    right = receipt_proof(uuid, key=settings().secret_key) if uuid else ""
    if not is_proved(request.args.get("proof", ""), right=right):
        raise ReceiptIsForged
    says = KANNEL.get(int(status)) if status.isascii() and status.isdecimal() else None
    if says is None:
        raise ReceiptIsUnreadable
    heard = Heard(
        "kannel", f"{uuid}:{status}", uuid, None, says, kannel_blame(int(status)), f"dlr {status}"
    )
    return _keep([heard])


@blueprint.post("/receipts/webhook/<carrier>")
@guesses_are_few
@permits(policy.REPORT)
@csrf.exempt
def webhook(carrier: str) -> Response:
    """Take one event, signed as Standard Webhooks says."""
    event_id = _ensure_signed(carrier)
    try:
        report = Report.model_validate(json.loads(request.get_data()))
    except (ValueError, ValidationError) as error:
        raise ReceiptIsUnreadable from error
    says = report.says()
    heard = Heard(
        carrier,
        report.event or event_id,
        report.message,
        report.reference,
        says,
        BLAMED.get(says, "nobody"),
        report.answer,
        report.occurred_at,
    )
    return _keep([heard])


@blueprint.post("/receipts/mail")
@guesses_are_few
@permits(policy.REPORT)
@csrf.exempt
def mail() -> Response:
    """Take a report that a mail server received for us, whole, signed in the same way."""
    _ensure_signed(CARRIER)
    return _keep(read_report(request.get_data()))


@blueprint.errorhandler(ReceiptIsForged)
@blueprint.errorhandler(ReceiptIsUnreadable)
def _refuse(refusal: Refusal) -> Response:
    """Tell a program why, and write down that somebody tried."""
    log.warning("A receipt was refused at %s: %s", request.endpoint, refusal.code)
    return problem(refusal.status, refusal.code, say(refusal))


def _keep(heard: list[Heard]) -> Response:
    with transaction():
        actions.keep(heard, now=utc_now())
    return Response(status=204)


def _ensure_signed(carrier: str) -> str:
    """Check the signature and give the event's name.

    :raises ReceiptIsForged: if nobody signed it who knows the carrier's secret
    """
    event_id, timestamp, signatures = (request.headers.get(name, "") for name in HEADERS)
    ensure_signed(
        _secrets(carrier),
        event_id=event_id,
        timestamp=timestamp,
        signatures=signatures,
        body=request.get_data(),
        now=utc_now(),
    )
    return event_id


def _secrets(carrier: str) -> list[str]:
    """Give the secret we hand out for a carrier, and those that carriers' addresses brought."""
    own = own_secret(carrier, key=settings().secret_key)
    if carrier == CARRIER:
        return [own]
    brought = [secret_in(way.url) for way in ways() if way.url.startswith("webhook+")]
    return [own, *filter(None, brought)]


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
