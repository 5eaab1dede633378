"""The two statements every letter passes, alone or with others, built once.

Building them anew took more of a drain's time than all else it does for a letter. Each changes the
letter in the statement that notes the attempt: one journey instead of two.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Update,
    and_,
    bindparam,
    case,
    exists,
    or_,
    update,
)

from volunteer_hub.dispatch.queries import given, lock_free
from volunteer_hub.messages.actions.ending import taken
from volunteer_hub.messages.models import Attempt, Message, Suppression
from volunteer_hub.messages.queries import outbox as queries
from volunteer_hub.messages.queries.suppressions import is_suppressed
from volunteer_hub.messages.rules.states import LANE_CODES

OPEN = ("claimed", "sending", "unknown")  # states in which an attempt decides


@cache
def leaving(*, is_code: bool, has_key: bool) -> Update:
    """Build the mark: with the_id, the_token, the_now, the_lease and the_carrier.

    Except for codes with the_address, hashed; and with the_window's end if its carrier acts only
    once on a key.
    """
    now, token = _of("the_now", Message.lease_until), _of("the_token", Message.token)
    mine = [Message.id == _of("the_id", Message.id), Message.token == token, *_is_held(now)]
    if not is_code:
        mine.append(_is_welcome(_of("the_address", Suppression.address_hash)))
    carrier, key_until = _of("the_carrier", Message.carrier), None
    if has_key:  # a carrier remembers a key from the first time on; another never heard of it
        known = and_(Message.carrier == carrier, Message.key_until > now)
        key_until = case((known, Message.key_until), else_=_of("the_window", Message.key_until))
    leave = update(Message).where(*mine)
    lease = _of("the_lease", Message.lease_until)
    leave = leave.values(state="sending", lease_until=lease, carrier=carrier, key_until=key_until)
    attempt = update(Attempt).where(Attempt.token == token, exists(change(leave).c.id))
    return attempt.values(phase="sending")


@cache
def taking() -> Update:
    """Build what is written of a letter the other side has: with the_answer and the_reference."""
    now: Any = _of("the_now", Message.sent_at)
    token = _of("the_token", Message.token)
    reference = _of("the_reference", Message.provider_ref)
    letter = owned(_of("the_id", Message.id), token).values(
        **taken(at=now) | {"provider_ref": reference}
    )
    said = {"answer": _of("the_answer", Attempt.answer), "finished_at": now}
    note = update(Attempt).where(Attempt.token == token)
    return note.values(phase="answered", **said).add_cte(change(letter))


@cache
def leaving_together() -> Update:
    """Build the mark of several letters, under the same conditions each: with the_ids, the_tokens
    and the_addresses, hashed.

    A letter that somebody has in hand is left out: two who each wait for the other's would never
    end. It gives the ids of those that were marked.
    """
    those = given(ids=Message.id, tokens=Message.token, addresses=Suppression.address_hash)
    now = _of("the_now", Message.lease_until)
    welcome = or_(Message.lane == LANE_CODES, _is_welcome(those.c.addresses))
    mine = lock_free(those, *_is_held(now), welcome)
    leave = update(Message).where(Message.id == mine.c.ids, Message.token == mine.c.tokens)
    leave = leave.values(
        state="sending",
        lease_until=_of("the_lease", Message.lease_until),
        carrier=_of("the_carrier", Message.carrier),
        key_until=None,
    )
    letter = leave.returning(mine.c.tokens).cte("letter")
    attempt = update(Attempt).where(Attempt.token == letter.c.tokens).values(phase="sending")
    return attempt.returning(Attempt.message_id)


@cache
def taking_together() -> Update:
    """Build what is written of several letters the other side has: with the_ids, the_tokens,
    the_answers and the_references.

    It gives the ids of those that were written, and leaves out what somebody has in hand.
    """
    those = given(
        ids=Message.id,
        tokens=Message.token,
        answers=Attempt.answer,
        references=Message.provider_ref,
    )
    now: Any = _of("the_now", Message.sent_at)
    mine = lock_free(those, Message.state.in_(OPEN))
    letter = update(Message).where(Message.id == mine.c.ids, Message.token == mine.c.tokens)
    letter = letter.values(**taken(at=now) | {"provider_ref": mine.c.references})
    done = letter.returning(mine.c.tokens, mine.c.answers).cte("letter")
    note = update(Attempt).where(Attempt.token == done.c.tokens)
    note = note.values(phase="answered", answer=done.c.answers, finished_at=now)
    return note.returning(Attempt.message_id)


def owned(letter_id: Any, token: Any) -> Update:
    """Only the owner of the attempt decides, and a late answer settles an unknown letter."""
    return update(Message).where(
        Message.id == letter_id,
        Message.token == token,
        Message.state.in_(OPEN),
    )


def _is_held(now: Any) -> tuple[ColumnElement[bool], ...]:
    """Demand that the letter is still claimed, and still of use."""
    return Message.state == "claimed", Message.lease_until > now, Message.expires_at > now


def _is_welcome(address: Any) -> ColumnElement[bool]:
    """Demand that it may be written to the address, and that its reader wants such letters.

    Not asked of codes: somebody waits for one at the screen and just gave the address.
    """
    return and_(~is_suppressed(address), ~queries.is_turned_off())


def change(letter: Update) -> CTE:
    """Make a letter's change a part of the statement that notes its attempt."""
    return letter.returning(Message.id).cte("letter")


def _of(name: str, column: Any) -> BindParameter[Any]:
    """Leave a gap for a value of this column's type."""
    return bindparam(name, type_=column.type)
