"""Open accounts, keep them true, close them."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.exc import IntegrityError

from volunteer_hub.foundation import audit, bells
from volunteer_hub.foundation.clock import local_date
from volunteer_hub.foundation.database import attempt, db, violated
from volunteer_hub.foundation.language import zone
from volunteer_hub.people import letters
from volunteer_hub.people.actions.roles import end_role
from volunteer_hub.people.models import ApiToken, Consent, NumberSeries, Person, Preference
from volunteer_hub.people.queries import callers, persons
from volunteer_hub.people.rules import accounts, addresses, passwords
from volunteer_hub.people.rules.addresses import Address
from volunteer_hub.places.models import Place
from volunteer_hub.places.rules import pinyin


def create_person(
    *,
    name: str,
    phone: str | None = None,
    email: str | None = None,
    language: str = "zh",
    birth_date: date | None = None,
    home_place: Place | None = None,
    now: datetime,
) -> Person:
    """Open an account.

    :raises AddressIsNeeded: with neither phone nor e-mail
    :raises AddressIsTaken: if another account has one of them
    """
    if not (phone or email):
        raise addresses.AddressIsNeeded
    return _open(
        name=name,
        phone=addresses.read_phone(phone) if phone else None,
        email=addresses.read_email(email) if email else None,
        language=language,
        birth_date=birth_date,
        home_place=home_place,
        now=now,
    )


def add_reached_person(
    *,
    name: str,
    birth_date: date | None,
    home_place: Place | None,
    through: Person,
    by: int,
    now: datetime,
) -> Person:
    """Open an account for somebody without phone and e-mail, who is reached through another.

    Their letters go to the go-between, in the go-between's language, and name whom they concern.

    :raises GoBetweenCannotHelp: unless the go-between can be reached
    """
    has_address = bool(through.phone or through.email)
    accounts.ensure_can_pass_on(has_address=has_address, has_left=not through.is_active)
    facts = {"name": name, "birth_date": birth_date, "home_place": home_place, "now": now}
    person = _open(reached_through_id=through.id, language=through.language, **facts)
    path = home_place.path if home_place else "/"
    written = {"place_path": path, "actor_id": by, "through": through.id}
    audit.record("added-reached-person", f"person:{person.id}", **written)
    return person


def create_people(*, count: int, prefix: str, now: datetime) -> list[int]:
    """Open accounts load-00001@… and so on for load tests; those that exist are kept.

    :returns: the ids of all of them, in order
    """
    emails = [f"{prefix}-{n:05d}@{accounts.INVENTED_DOMAIN}" for n in range(1, count + 1)]
    known = persons.ids_by_email(emails)
    new = [email for email in emails if email not in known]
    rows = [
        {"email": email, "name": email[: email.index("@")], "sort_key": email, "volunteer_no": no}
        for email, no in zip(new, _numbers(len(new), now), strict=True)
    ]
    if rows:
        db.session.execute(insert(Person), rows)
    known = persons.ids_by_email(emails)
    return [known[email] for email in emails]


def change_profile(*, person: Person, now: datetime, **changes: Any) -> None:
    """Change name, birth_date, home_place, language, elder_mode or remind_by."""
    accounts.ensure_born(changes.get("birth_date"), today=local_date(now, zone()))
    if "name" in changes:
        changes["name"] = accounts.read_name(changes["name"])
        changes["sort_key"] = pinyin(changes["name"])
    renamed = changes.get("name", person.name) != person.name
    ticked = set(changes.get("remind_by", ())).difference(person.remind_by)
    for field, value in changes.items():
        setattr(person, field, value)
    if renamed:
        bells.person_renamed.send(person_id=person.id)
    if ticked:
        bells.channels_ticked.send(person_id=person.id, channels=ticked, now=now)


def change_address(*, person: Person, address: Address, now: datetime) -> None:
    """Put a proven address in the place of the old one, and tell the old one.

    :raises AddressIsTaken: if another account has it
    """
    field = "email" if address.channel == "email" else "phone"
    old = getattr(person, field)
    with _own_address():
        setattr(person, field, address.value)
    if old and old != address.value:
        before = Address(address.channel, old)
        letters.post_address_changed(person, old=before, new=address, now=now)


def set_password(*, person: Person, password: str | None) -> None:
    """Set a password, or take it away with None.

    :raises PasswordIsTooShort: below ten characters
    :raises PasswordIsTooEasy: if others would try it first
    """
    if password is not None:
        about = (person.name, person.phone, person.email, person.volunteer_no)
        passwords.ensure_good(password, about=about)
    person.password_hash = None if password is None else passwords.hash_password(password)


def give_consent(
    *, person: Person, purpose: str, version: str, language: str, now: datetime
) -> None:
    """Write down what a person agreed to, and in which language they read it."""
    facts = {"purpose": purpose, "version": version, "language": language, "given_at": now}
    db.session.add(Consent(person_id=person.id, **facts))


def end_sessions(*, person: Person) -> None:
    """Sign the person out on every device."""
    person.session_epoch += 1


def leave(*, person: Person, now: datetime) -> None:
    """Close an account: name and contact data go, what was done stays under the number.

    :raises PersonHasLeft: if it is closed already
    """
    if person.left_at:
        raise accounts.PersonHasLeft
    person.left_at = now
    person.phone = person.email = person.password_hash = person.calendar_token = None
    person.birth_date = person.home_place = person.reached_through_id = None
    person.name = person.sort_key = person.volunteer_no
    end_sessions(person=person)
    for grant in callers.list_grants(person.id):
        end_role(grant=grant, now=now)
    for model, end in ((ApiToken, "revoked_at"), (Consent, "withdrawn_at")):
        open_ones = (model.person_id == person.id, getattr(model, end).is_(None))
        db.session.execute(update(model).where(*open_ones).values({end: now}))
    db.session.execute(delete(Preference).where(Preference.person_id == person.id))
    bells.person_renamed.send(person_id=person.id)
    bells.person_left.send(person_id=person.id)


def _open(*, name: str, birth_date: date | None, now: datetime, **facts: Any) -> Person:
    accounts.ensure_born(birth_date, today=local_date(now, zone()))
    person = Person(name=accounts.read_name(name), birth_date=birth_date, created_at=now, **facts)
    person.sort_key = pinyin(person.name)
    person.volunteer_no = _numbers(1, now)[0]
    with _own_address():
        db.session.add(person)
    return person


def _numbers(count: int, now: datetime) -> list[str]:
    """Take volunteer numbers; whoever takes the next ones waits for this transaction."""
    year = local_date(now, zone()).year
    series = insert_or(NumberSeries).values(name=f"volunteer:{year}", last=count)
    taken = series.on_conflict_do_update(
        index_elements=[NumberSeries.name], set_={"last": NumberSeries.last + count}
    )
    last = db.session.execute(taken.returning(NumberSeries.last)).scalar_one()
    return [accounts.volunteer_no(year, last - count + n) for n in range(1, count + 1)]


@contextmanager
def _own_address() -> Generator[None]:
    try:
        with attempt():
            yield
    except IntegrityError as error:
        if violated(error) in ("uq_person_phone", "uq_person_email"):
            raise addresses.AddressIsTaken from error
        raise
