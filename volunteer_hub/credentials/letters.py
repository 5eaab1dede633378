"""The letter of this room: something runs out."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from volunteer_hub.credentials.models import Credential
from volunteer_hub.credentials.rules import notice_due
from volunteer_hub.messages import actions as post_office
from volunteer_hub.people.queries.readers import readers_of

KIND = "credential-expiring"
WORTH_READING = timedelta(days=3)


def tell_expiring(credentials: Sequence[Credential], *, today: date, now: datetime) -> None:
    """Write to each person until when their paper holds; one letter for each notice."""
    readers = readers_of([one.person for one in credentials], kind=KIND)
    for credential in credentials:
        home = credential.person.home_place
        assert credential.valid_until is not None, "what holds for good never runs out"
        notice = notice_due(credential.valid_until, today)
        post_office.post_letter(
            "credentials/expiring",
            to=readers[credential.person_id]._replace(place_path=home.path if home else "/"),
            kind=KIND,
            key=f"{KIND}:{credential.id}:{notice}",
            topic=_topic(credential),
            facts={"credential": credential},
            due_at=now,
            expires_at=now + WORTH_READING,
        )


def call_back(credential: Credential) -> None:
    """Stop the letter on what does not stand any more."""
    post_office.call_back(_topic(credential))


def _topic(credential: Credential) -> str:
    return f"credential:{credential.id}"
