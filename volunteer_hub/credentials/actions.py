"""Write down what a coordinator saw on paper, take it back, and tell people in time."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, update
from sqlalchemy.exc import IntegrityError

from volunteer_hub.credentials import letters, queries, rules
from volunteer_hub.credentials.models import Credential, CredentialType
from volunteer_hub.foundation import audit
from volunteer_hub.foundation.database import attempt, db, violated
from volunteer_hub.foundation.language import local_day
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.people.rules.accounts import PersonHasLeft

BATCH = 100  # notices in one transaction


def record_credential(
    *,
    person: Person,
    code: str | None,
    valid_from: date,
    valid_until: date | None,
    by: int,
    now: datetime,
    number: str = "",
    issuer: str = "",
    note: str = "",
) -> Credential:
    """Write down a training or a qualification by its code, or without one accident insurance.

    What stands already with the same number and days is given back as it is.

    :raises NotFound: if there is no such type
    :raises OwnWordIsNotEnough: nobody vouches for themselves
    :raises EndIsNeeded: for insurance
    :raises EndsBeforeItBegins: see there
    :raises PersonHasLeft: if the account is closed
    """
    learnt = queries.find_type(code) if code else None
    if code and learnt is None:
        raise NotFound
    return _keep(
        person,
        kind=learnt.kind if learnt else "insurance",
        code=code,
        number=number,
        valid_from=valid_from,
        valid_until=valid_until,
        said={"issuer": issuer, "note": note, "recorded_by": by, "recorded_at": now},
    )


def give_consent(
    *,
    child: Person,
    guardian: Person,
    valid_from: date,
    valid_until: date,
    by: int,
    now: datetime,
) -> Credential:
    """Write down that a guardian agrees to the child's volunteering on these days.

    :param by: who saw the signed paper; may be the guardian
    :raises Refusal: unless the guardian can agree for the child; see `rules.ensure_guardian`
    :raises OwnWordIsNotEnough: if the child itself says so
    :raises EndsBeforeItBegins: see there
    :raises PersonHasLeft: if the child's account is closed
    """
    rules.ensure_guardian(
        is_the_child=guardian.id == child.id,
        has_left=not guardian.is_active,
        guardian_born=guardian.birth_date,
        child_born=child.birth_date,
        valid_from=valid_from,
    )
    return _keep(
        child,
        kind="guardian_consent",
        guardian_id=guardian.id,
        valid_from=valid_from,
        valid_until=valid_until,
        said={"recorded_by": by, "recorded_at": now},
    )


def revoke_credential(*, credential_id: int, reason: str, by: int, now: datetime) -> Credential:
    """Take back what does not hold; it counts no more, and stays to be read with the reason.

    :raises CredentialIsRevoked: if it was taken back before
    :raises ReasonIsNeeded: if nothing is said
    """
    credential = queries.lock_credential(credential_id)
    rules.ensure_may_revoke(is_revoked=credential.revoked_at is not None, reason=reason)
    credential.revoked_at, credential.revoked_by = now, by
    credential.revoked_because = reason.strip()
    letters.call_back(credential)
    _record("revoked-credential", credential, by=by)
    return credential


def tell_expiring(*, now: datetime, limit: int = BATCH) -> int:
    """Tell some of those whose papers run out in 30 days, in 7 days or today, once each time.

    :returns: how many; 0 when everybody has been told
    """
    today = local_day(now)
    due = queries.lock_untold(today=today, limit=limit)
    letters.tell_expiring(due, today=today, now=now)
    for credential in due:
        credential.told_days = rules.notice_due(credential.valid_until or today, today)
    return len(due)


def add_type(*, kind: str, code: str, name_zh: str, name_en: str, by: int) -> CredentialType:
    """Add a training or a qualification to the list that everybody chooses from.

    :raises TypeIsKnown: if another one has the code
    """
    added = CredentialType(kind=kind, code=code, name_zh=name_zh, name_en=name_en)
    try:
        with attempt():
            db.session.add(added)
    except IntegrityError as error:
        if violated(error) == "uq_credential_type_code":
            raise rules.TypeIsKnown from error
        raise
    audit.record("added-credential-type", f"credential_type:{added.id}", actor_id=by, code=code)
    return added


def forget(*, person_id: int) -> None:
    """Wipe what names somebody who left: many a licence bears the number of the ID card."""
    mine = update(Credential).where(Credential.person_id == person_id)
    wiped = func.concat("wiped-", Credential.id)  # two that differed by nothing else stay two
    db.session.execute(mine.values(number=wiped, note=""))


def _keep(person: Person, *, said: dict[str, Any], **facts: Any) -> Credential:
    """Write it down once: whoever records the same at the same moment finds it standing."""
    by = said["recorded_by"]
    if not person.is_active:
        raise PersonHasLeft
    rules.ensure_vouched(person_id=person.id, by=by)
    days = {"valid_from": facts["valid_from"], "valid_until": facts["valid_until"]}
    rules.ensure_dates(facts["kind"], **days)
    same = {"person_id": person.id, "code": None, "guardian_id": None, "number": "", **facts}
    credential = Credential(**same, **said)
    try:
        with attempt():
            db.session.add(credential)
    except IntegrityError as error:
        if violated(error) == "uq_credential_standing":
            return queries.get_standing(same)
        raise
    _record("recorded-credential", credential, by=by)
    return credential


def _record(verb: str, credential: Credential, *, by: int) -> None:
    home = get_person(credential.person_id).home_place
    audit.record(
        verb,
        f"credential:{credential.id}",
        place_path=home.path if home else "/",
        actor_id=by,
        person=credential.person_id,
        kind=credential.kind,
    )
