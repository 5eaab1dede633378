"""Keys with which programs ask the API in a person's name."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import insert

from volunteer_hub.foundation.database import db
from volunteer_hub.people.models import ApiToken, Person
from volunteer_hub.people.rules import proofs


def make_token(
    *, person: Person, name: str, scopes: Collection[str], expires_at: datetime, now: datetime
) -> str:
    """Make a token and return it: this is the only time it can be read.

    :raises TokenCannotBeMade: without a scope, or not ending within a year
    """
    return make_tokens(
        person_ids=[person.id], name=name, scopes=scopes, expires_at=expires_at, now=now
    )[0]


def make_tokens(
    *,
    person_ids: Sequence[int],
    name: str,
    scopes: Collection[str],
    expires_at: datetime,
    now: datetime,
) -> list[str]:
    """Make a token for each person, in their order."""
    proofs.ensure_token_fits(scopes, expires_at=expires_at, now=now)
    tokens = [proofs.fresh_token(proofs.MARK) for _person in person_ids]
    rows = [
        {
            "person_id": person_id,
            "name": name,
            "token_hash": proofs.hash_token(token),
            "scopes": sorted(scopes),
            "made_at": now,
            "expires_at": expires_at,
        }
        for person_id, token in zip(person_ids, tokens, strict=True)
    ]
    if rows:
        db.session.execute(insert(ApiToken), rows)
    return tokens


def revoke_token(*, token: ApiToken, now: datetime) -> None:
    """Make a token worthless; taking it back twice changes nothing."""
    token.revoked_at = token.revoked_at or now


def note_use(*, token: ApiToken, today: date) -> None:
    """Remember the day on which a token was last used, so that forgotten ones can be seen."""
    token.last_used_on = today
