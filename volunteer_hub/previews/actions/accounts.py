"""The letters about an account and from it: codes, links, another address, texts wanted or not.

Each is written as if to whoever looks. No code and no token is made for it: what stands where they
would stand has letters where a code has digits, and is too plain for a token, so that nothing seen
here ever signs anybody in.
"""

from functools import partial

from volunteer_hub.messages.models import IncomingSms
from volunteer_hub.people import letters as people
from volunteer_hub.people.models import SignInCode
from volunteer_hub.people.rules.addresses import Address
from volunteer_hub.people.rules.proofs import CODE_DIGITS, CODE_LIFE, LINK_LIFE
from volunteer_hub.previews.actions.trying import NOWHERE, Composed, compose, whoever_asks
from volunteer_hub.previews.rules import Wish, stand_for
from volunteer_hub.replies import letters as replies

CODE = "X" * CODE_DIGITS
TOKEN_LENGTH = 43  # of the secret in a sign-in link
OLD = Address("email", NOWHERE["email"]), Address("sms", NOWHERE["phone"])
NEW = Address("email", "elsewhere@preview.invalid"), Address("sms", "+8610000000001")


def code(kind: str, wish: Wish) -> list[Composed] | None:
    """Send a code, to an e-mail address and to a phone."""
    proof = SignInCode(id=-1, made_at=wish.now, expires_at=wish.now + CODE_LIFE)

    def write() -> None:
        for address in OLD:
            people.post_code(proof, to=address, code=CODE, language=wish.language)

    return compose(kind, write)


def link(kind: str, wish: Wish) -> list[Composed] | None:
    """Send a link that signs in once."""
    proof = SignInCode(id=-1, made_at=wish.now, expires_at=wish.now + LINK_LIFE)
    facts = {"to": whoever_asks(wish), "token": stand_for(TOKEN_LENGTH)}
    return compose(kind, lambda: people.post_link(proof, **facts))


def address_changed(kind: str, wish: Wish) -> list[Composed] | None:
    """Tell an old address, and an old phone, that it signs in no longer."""
    person = whoever_asks(wish)

    def write() -> None:
        for old, new in zip(OLD, NEW, strict=True):
            people.post_address_changed(person, old=old, new=new, now=wish.now)

    return compose(kind, write)


def no_more(kind: str, wish: Wish) -> list[Composed] | None:
    """Say that no more texts come."""
    text, facts = IncomingSms(id=-1), {"owner": whoever_asks(wish), "now": wish.now}
    return compose(kind, partial(replies.opted_out, text, **facts))


def again(kind: str, wish: Wish) -> list[Composed] | None:
    """Say that texts come again."""
    text, facts = IncomingSms(id=-1), {"owner": whoever_asks(wish), "now": wish.now}
    return compose(kind, partial(replies.opted_in, text, **facts))


WRITERS = {
    "code-sign-in": code,
    "code-sign-in-link": link,
    "account-address-changed": address_changed,
    "reply-opted-out": no_more,
    "reply-opted-in": again,
}
