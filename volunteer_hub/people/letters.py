"""The letters of this room: codes, sign-in links and the news that an address changed."""

from datetime import datetime, timedelta

from volunteer_hub.messages.actions import call_back, post_letter
from volunteer_hub.messages.rules.readers import Reader
from volunteer_hub.messages.rules.states import LANE_CODES
from volunteer_hub.people.models import Person, SignInCode
from volunteer_hub.people.queries.readers import masked
from volunteer_hub.people.rules.addresses import Address
from volunteer_hub.people.rules.proofs import CODE_LIFE, hash_token

NEWS_IS_FRESH_FOR = timedelta(days=3)


def post_code(proof: SignInCode, *, to: Address, code: str, language: str) -> None:
    """Send a code to the address; one that has not left yet is called back."""
    topic = f"sign-in:{hash_token(to.value)[:16]}"
    call_back(topic, reason="superseded")
    post_letter(
        "people/sign-in-code",
        to=_reader(to, language=language),
        kind="code-sign-in",
        key=f"sign-in-code:{proof.id}",
        topic=topic,
        facts={"code": code, "minutes": CODE_LIFE // timedelta(minutes=1)},
        due_at=proof.made_at,
        expires_at=proof.expires_at,
        lane=LANE_CODES,
        secret=True,
    )


def post_link(proof: SignInCode, *, to: Person, token: str) -> int:
    """Send a one-time sign-in link by e-mail."""
    return post_letter(
        "people/sign-in-link",
        to=_reader(Address("email", to.email or ""), language=to.language, person=to),
        kind="code-sign-in-link",
        key=f"sign-in-link:{proof.id}",
        topic=f"person:{to.id}",
        facts={"token": token},
        due_at=proof.made_at,
        expires_at=proof.expires_at,
        lane=LANE_CODES,
        secret=True,
    )


def post_address_changed(person: Person, *, old: Address, new: Address, now: datetime) -> None:
    """Tell the old address that it no longer signs in, so that a theft is noticed."""
    post_letter(
        "people/address-changed",
        to=_reader(old, language=person.language, person=person),
        kind="account-address-changed",
        key=f"address-changed:{person.id}:{now.isoformat()}",
        topic=f"person:{person.id}",
        facts={"old": masked(old.value), "new": masked(new.value)},
        due_at=now,
        expires_at=now + NEWS_IS_FRESH_FOR,
    )


def _reader(address: Address, *, language: str, person: Person | None = None) -> Reader:
    return Reader(
        recipient_id=person.id if person else None,
        name=person.name if person else "",
        language=language,
        email=address.email,
        phone=address.phone,
        channels=frozenset({address.channel}),
    )
