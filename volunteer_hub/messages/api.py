"""What became of one message, for programs."""

from datetime import datetime

from flask import Response
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel

from volunteer_hub.foundation.api import Out, answer
from volunteer_hub.foundation.api import blueprint as api_blueprint
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import zone
from volunteer_hub.messages import policy
from volunteer_hub.messages.queries import outbox as queries

api = api_blueprint("messages_api", __name__)
blueprints = (api,)
TAGS = [Tag(name="messages", description="Letters and text messages, and what became of them")]


class MessagePath(BaseModel):
    message_id: int


class AttemptOut(Out):
    """One try: how far it got (claimed, prepared, sending, answered) and what was answered."""

    started_at: datetime
    phase: str
    answer: str
    finished_at: datetime | None


class MessageOut(Out):
    """A message without its text: the reader has that."""

    id: int
    kind: str
    channel: str
    state: str
    due_at: datetime
    expires_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None
    reason: str
    attempts: list[AttemptOut]


@api.get(
    "/messages/<int:message_id>",
    responses={200: MessageOut},
    tags=TAGS,
    summary="State and attempts of one message",
)
@permits(policy.READ_STATE)
def get_message(path: MessagePath) -> Response:
    """Answer its recipient, or staff in whose scope it was sent."""
    message = queries.get_message(path.message_id)
    policy.READ_STATE.ensure(current_actor(), path=message.place_path, owner=message.recipient_id)
    tries = [
        AttemptOut(
            started_at=_here(one.started_at),
            phase=one.phase,
            answer=one.answer,
            finished_at=_here_or_none(one.finished_at),
        )
        for one in queries.list_attempts(message.id)
    ]
    return answer(
        MessageOut(
            id=message.id,
            kind=message.kind,
            channel=message.channel,
            state=message.state,
            due_at=_here(message.due_at),
            expires_at=_here(message.expires_at),
            sent_at=_here_or_none(message.sent_at),
            settled_at=_here_or_none(message.settled_at),
            reason=message.reason,
            attempts=tries,
        )
    )


def _here(instant: datetime) -> datetime:
    return instant.astimezone(zone())


def _here_or_none(instant: datetime | None) -> datetime | None:
    return _here(instant) if instant else None
