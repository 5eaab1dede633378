"""What people can show, for programs: the caller's own."""

from datetime import date, datetime
from typing import Literal, cast

from flask import Response
from flask_openapi3.models.tag import Tag

from volunteer_hub.credentials import policy, queries
from volunteer_hub.credentials.models import Credential
from volunteer_hub.foundation.api import ListOf, Out, Paged, answer_page
from volunteer_hub.foundation.api import blueprint as api_blueprint
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import zone

api = api_blueprint("credentials_api", __name__)
blueprints = (api,)

ME = Tag(name="me", description="The caller's own data")
Kind = Literal["training", "qualification", "insurance", "guardian_consent"]


class CredentialOut(Out):
    """Valid from its first to its last day, both included; revoked ones no longer count."""

    id: int
    kind: Kind
    code: str | None  # of a training or a qualification
    name_zh: str | None
    name_en: str | None
    number: str
    issuer: str
    valid_from: date
    valid_until: date | None  # null: for good
    recorded_at: datetime
    revoked_at: datetime | None
    revoked_because: str | None


@api.get(
    "/me/credentials",
    responses={200: ListOf[CredentialOut]},
    tags=[ME],
    summary="One's own trainings, qualifications, insurance and consents",
)
@permits(policy.READ_OWN)
def list_my_credentials(query: Paged) -> Response:
    """List what is recorded of the caller, the newest first, the revoked among them."""
    mine = current_actor().person_id or 0
    page = queries.page_of_person(mine, after=query.after, limit=query.limit)
    there = "credentials_api.list_my_credentials"
    return answer_page(page, _show, there, limit=query.limit)


def _show(credential: Credential) -> CredentialOut:
    local, learnt, revoked_at = zone(), credential.type, credential.revoked_at
    return CredentialOut(
        id=credential.id,
        kind=cast(Kind, credential.kind),
        code=credential.code,
        name_zh=learnt.name_zh if learnt else None,
        name_en=learnt.name_en if learnt else None,
        number=credential.number,
        issuer=credential.issuer,
        valid_from=credential.valid_from,
        valid_until=credential.valid_until,
        recorded_at=credential.recorded_at.astimezone(local),
        revoked_at=revoked_at.astimezone(local) if revoked_at else None,
        revoked_because=credential.revoked_because,
    )
