"""How people prove who they are: a code, a link or a password."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update

from volunteer_hub.foundation.database import db
from volunteer_hub.people import letters
from volunteer_hub.people.models import Person, SignInCode
from volunteer_hub.people.queries import callers, persons
from volunteer_hub.people.rules import passwords, proofs
from volunteer_hub.people.rules.addresses import Address


def send_code(*, to: Address, language: str, key: str, now: datetime) -> None:
    """Send a fresh code to an address; it makes every older one worthless.

    :param key: the installation's secret
    :raises CodeWasJustSent: less than a minute after the one before
    :raises TooManyCodes: more than anybody needs
    """
    callers.lock_address(to.value)
    earlier = callers.list_asks(to.value, since=now - proofs.ASKS[0][0])
    proofs.ensure_may_ask(earlier, now=now)
    code = proofs.fresh_code()
    hashed = proofs.hash_code(code, address=to.value, key=key)
    proof = _replace(to.channel, to.value, hashed, life=proofs.CODE_LIFE, now=now)
    letters.post_code(proof, to=to, code=code, language=language)


def try_code(*, address: str, code: str, key: str, now: datetime) -> proofs.Tried:
    """Count one try of the address's newest code; the right one works once.

    The outcome is returned, not raised, so that a wrong try stays counted.
    """
    proof = callers.lock_proof(address=address, now=now)
    if proof is None:
        return proofs.Tried(right=False, left=0)
    proof.tries += 1
    given = proofs.hash_code(proofs.read_code(code), address=address, key=key)
    if proofs.same(proof.code_hash, given):
        proof.used_at = now
        return proofs.Tried(right=True, left=0)
    return proofs.Tried(right=False, left=proofs.MOST_TRIES - proof.tries)


def make_sign_in_link(*, person: Person, now: datetime) -> str:
    """Make the token of a link that signs in once within a day; older links end."""
    return _make_link(person, now)[1]


def send_sign_in_link(*, person: Person, now: datetime) -> None:
    """Send a sign-in link to the person's e-mail address."""
    proof, token = _make_link(person, now)
    letters.post_link(proof, to=person, token=token)


def use_link(*, token: str, now: datetime) -> Person:
    """Use a link up and say whose it is.

    :raises LinkIsOver: if it was used, replaced, or is older than a day
    """
    proof = callers.lock_proof(link_hash=proofs.hash_token(token), now=now)
    if proof is None:
        raise proofs.LinkIsOver
    proof.used_at = now
    person = persons.get_person(int(proof.address.removeprefix("person:")))
    if person.left_at:
        raise proofs.LinkIsOver
    return person


def check_password(*, person: Person | None, password: str) -> Person:
    """Give the person back if it is their password.

    :raises SignInFailed: otherwise; it takes as long when there is no such person
    """
    known_hash = person.password_hash if person else None
    if not passwords.matches(password, known_hash) or person is None or known_hash is None:
        raise passwords.SignInFailed
    if passwords.is_outdated(known_hash):
        person.password_hash = passwords.hash_password(password)
    return person


def _make_link(person: Person, now: datetime) -> tuple[SignInCode, str]:
    token = proofs.fresh_token()
    hashed = proofs.hash_token(token)
    proof = _replace("link", f"person:{person.id}", hashed, life=proofs.LINK_LIFE, now=now)
    return proof, token


def _replace(
    channel: str, address: str, hashed: str, *, life: timedelta, now: datetime
) -> SignInCode:
    """Write a new proof, end the older ones of its address, forget everybody's old ones."""
    long_ago = now - proofs.KEPT_FOR
    older = update(SignInCode).where(SignInCode.address == address, SignInCode.used_at.is_(None))
    db.session.execute(older.where(SignInCode.made_at > long_ago).values(used_at=now))
    db.session.execute(delete(SignInCode).where(SignInCode.made_at <= long_ago))
    proof = SignInCode(
        channel=channel, address=address, code_hash=hashed, made_at=now, expires_at=now + life
    )
    db.session.add(proof)
    db.session.flush()
    return proof
