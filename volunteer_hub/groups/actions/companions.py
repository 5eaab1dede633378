"""Put on record whom somebody signs up and who agreed to it; end it, at once and for good.

Only people without an account of their own are added: whoever has one signs up alone.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy.exc import IntegrityError

from volunteer_hub.credentials.actions import give_consent, revoke_credential
from volunteer_hub.credentials.models import Credential
from volunteer_hub.credentials.rules import is_minor
from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.database import attempt, db, violated
from volunteer_hub.foundation.language import local_day
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.groups.models import Companion
from volunteer_hub.groups.queries import companions as queries
from volunteer_hub.groups.queries.companions import Paths
from volunteer_hub.groups.rules import companions as rules
from volunteer_hub.people.actions import accounts
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.people.rules.accounts import PRIVACY_NOTICE, PRIVACY_VERSION, read_name
from volunteer_hub.places.models import Place
from volunteer_hub.signups.actions.joining import leave
from volunteer_hub.signups.queries.signups import get_signup, ids_of_coming, lock_person

ONE_LIVES = "uq_companion_live"


class Agreed(NamedTuple):
    """Who agreed, to which sentence as it was shown, and in which language."""

    consent_by: str
    text: str
    language: str


def add_own(
    *,
    helper: Person,
    name: str,
    birth_date: date,
    relation: str,
    agreed: Agreed,
    now: datetime,
) -> Companion:
    """Add a child, a parent, a neighbour: somebody without a phone, reached through the helper.

    :raises BrokenInput: naming relation, consent or birth_date
    :raises TooManyCompanions, CompanionAlready:
    :raises NameCannotBeUsed, BirthDateCannotBe, GoBetweenCannotHelp: see people
    :raises GuardianIsUnderAge: if the helper is a minor
    """
    rules.ensure_related(relation, by_staff=False)
    lock_person(helper.id)
    rules.ensure_not_too_many(queries.count_own(helper.id), by_staff=False)
    minor = is_minor(birth_date, local_day(now))
    rules.ensure_agreed(agreed.consent_by, is_minor=minor, by_staff=False)
    person = queries.find_known(read_name(name), birth_date, through=helper.id, paths=())
    if person is None:
        facts = {"name": name, "birth_date": birth_date, "home_place": helper.home_place}
        person = _open(helper, through=helper, agreed=agreed, now=now, **facts)
    return _relate(helper, person, relation=relation, agreed=agreed, now=now)


def add_resident(
    *,
    helper: Person,
    name: str,
    birth_date: date,
    home_place: Place,
    through: Person,
    agreed: Agreed,
    now: datetime,
) -> Companion:
    """Add a resident of the helper's places who has no phone; `through` passes messages on.

    Somebody whom a colleague added before is taken over, not opened a second time.

    :raises BrokenInput: naming consent, or birth_date for a minor
    :raises CompanionAlready:
    :raises NameCannotBeUsed, BirthDateCannotBe, GoBetweenCannotHelp: see people
    """
    lock_person(helper.id)
    minor = is_minor(birth_date, local_day(now))
    rules.ensure_agreed(agreed.consent_by, is_minor=minor, by_staff=True)
    paths = [home_place.path]
    person = queries.find_known(read_name(name), birth_date, through=None, paths=paths)
    if person is None:
        facts = {"name": name, "birth_date": birth_date, "home_place": home_place}
        person = _open(helper, through=through, agreed=agreed, now=now, **facts)
    elif not get_person(person.reached_through_id or through.id).is_active:
        person.reached_through_id = through.id  # who passed messages on has left
    return _relate(helper, person, relation=rules.RESIDENT, agreed=agreed, now=now)


def renew(
    *, companion_id: int, helper: Person, paths: Paths, agreed: Agreed, now: datetime
) -> Companion:
    """Put a guardian's consent on record anew, for another year.

    :raises NotFound: unless it is the helper's own and goes on
    :raises NoConsentToRenew: for whoever is of age
    """
    companion = _hold(companion_id, helper=helper, paths=paths)
    child = companion.person
    minor = is_minor(child.birth_date, local_day(now))
    rules.ensure_renewable(companion.consent_by, is_minor=minor)
    companion.credential = _guardian_agrees(child, helper, now=now)
    companion.consent_text, companion.consented_at = agreed.text, now
    db.session.flush()
    _record("renewed-consent", companion)
    return companion


def end(
    *,
    companion_id: int,
    helper: Person,
    paths: Paths,
    giving_back: bool,
    withdrawn: str | None,
    now: datetime,
) -> int:
    """End the right to sign somebody up; from now on the helper can do nothing for them.

    :param giving_back: also the places that the person has
    :param withdrawn: why the guardian's consent holds no more, with all places; None: it stays
    :returns: how many places were given back
    :raises NotFound: unless it is the helper's own and goes on
    """
    companion = _hold(companion_id, helper=helper, paths=paths)
    _end(companion, by=helper.id, now=now)
    consent = companion.credential
    takes_back = withdrawn is not None and consent is not None and consent.revoked_at is None
    if takes_back and consent is not None:
        revoke_credential(credential_id=consent.id, reason=withdrawn or "", by=helper.id, now=now)
    if not (giving_back or takes_back):
        return 0
    given = ids_of_coming(companion.person_id, now=now)
    for signup_id in given:
        leave(signup_id=signup_id, now=now, by=helper.id, by_staff=False)
    return len(given)


def leave_for(
    *, companion_id: int, signup_id: int, helper: Person, paths: Paths, now: datetime
) -> Companion:
    """Give back the place, or the place in line, of somebody whom the helper signs up.

    :raises NotFound: unless the helper may do it right now, and it is this person's
    :raises SignupIsOver, ShiftIsOver: see signups.actions.joining.leave
    """
    companion = _hold(companion_id, helper=helper, paths=paths)
    signup = get_signup(signup_id)
    if signup.person_id != companion.person_id:
        raise NotFound
    leave(signup_id=signup_id, now=now, by=helper.id, by_staff=False)
    _record("gave-place-back", companion, signup=signup_id)
    return companion


def end_all(*, person_id: int, now: datetime) -> None:
    """End every relation of somebody who closed the account, or whose account was closed."""
    for companion_id in queries.ids_about(person_id):
        _end(queries.lock_companion(companion_id), by=person_id, now=now)


def _hold(companion_id: int, *, helper: Person, paths: Paths) -> Companion:
    """Hold the person first, as everybody does, and read the relation as it is then."""
    mine = {"helper_id": helper.id, "paths": paths}
    lock_person(queries.get_companion(companion_id, **mine).person_id)
    return queries.get_companion(companion_id, **mine)


def _open(
    helper: Person, *, through: Person, agreed: Agreed, now: datetime, **facts: Any
) -> Person:
    person = accounts.add_reached_person(through=through, by=helper.id, now=now, **facts)
    told = {"purpose": PRIVACY_NOTICE, "version": PRIVACY_VERSION, "language": agreed.language}
    accounts.give_consent(person=person, now=now, **told)
    return person


def _relate(
    helper: Person, person: Person, *, relation: str, agreed: Agreed, now: datetime
) -> Companion:
    agrees = agreed.consent_by == rules.GUARDIAN
    companion = Companion(
        helper_id=helper.id,
        person=person,
        relation=relation,
        consent_by=agreed.consent_by,
        consent_text=agreed.text,
        consented_at=now,
        credential=_guardian_agrees(person, helper, now=now) if agrees else None,
        recorded_by=helper.id,
    )
    try:
        with attempt():
            db.session.add(companion)
    except IntegrityError as error:
        if violated(error) != ONE_LIVES:
            raise
        raise rules.CompanionAlready from error
    _record("added-companion", companion, relation=relation, consent=agreed.consent_by)
    return companion


def _guardian_agrees(child: Person, guardian: Person, *, now: datetime) -> Credential:
    today = local_day(now)
    assert child.birth_date is not None, "only a known minor needs a guardian"
    return give_consent(
        child=child,
        guardian=guardian,
        valid_from=today,
        valid_until=rules.consent_until(child.birth_date, today=today),
        by=guardian.id,
        now=now,
    )


def _end(companion: Companion, *, by: int, now: datetime) -> None:
    companion.ended_at, companion.ended_by = now, by
    db.session.flush()
    _record("ended-companion", companion, by=by)


def _record(verb: str, companion: Companion, *, by: int | None = None, **facts: Any) -> None:
    home = get_person(companion.person_id).home_place
    record(
        verb,
        f"companion:{companion.id}",
        place_path=home.path if home else "/",
        actor_id=by or companion.helper_id,
        person=companion.person_id,
        **facts,
    )
