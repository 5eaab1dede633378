"""What a person does with their calendar."""

import secrets

from volunteer_hub.foundation.database import db
from volunteer_hub.people.models import Person


def renew_feed(*, person: Person) -> str:
    """Give the person a new secret address for their calendar; the old one stops."""
    token = person.calendar_token = secrets.token_urlsafe(24)
    db.session.flush()
    return token
