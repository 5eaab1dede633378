"""Answers by text message: the oldest first, each once, and never by guessing."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import OperationalError

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.database import attempt
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.messages import actions as post_office
from volunteer_hub.messages.models import IncomingSms
from volunteer_hub.messages.queries import incoming
from volunteer_hub.messages.rules.kinds import EVERY_KIND
from volunteer_hub.people.models import Person
from volunteer_hub.preferences.actions import choose, switch_on
from volunteer_hub.preferences.rules import Choice
from volunteer_hub.replies import letters, queries
from volunteer_hub.replies.actions.doing import do, hold
from volunteer_hub.replies.rules import texts
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries.signups import get_signup

log = logging.getLogger(__name__)


def answer_next(*, now: datetime) -> str | None:
    """Deal with the oldest text that waits; give what came of it, or None if nothing waits.

    come, leave, accept, decline; refused: a rule said no; repeated: it was said before;
    unclear; opted-out; opted-in; unknown: nobody here has that phone; broken: for us to look why.
    """
    text = incoming.lock_oldest()
    if text is None:
        return None
    try:
        with attempt():
            outcome = _deal_with(text, now=now)
    except OperationalError:
        raise  # a lock or the database itself: another time
    except Exception:  # this text would stand in the way of all that came later
        log.exception("The text %s could not be dealt with", text.id)
        outcome = "broken"
    post_office.settle_text(text, outcome=outcome, now=now)
    return outcome


def _deal_with(text: IncomingSms, *, now: datetime) -> str:
    owner, meaning = queries.find_owner(text.sender), texts.read(text.text)
    if owner is None:
        return "unknown"
    if meaning == texts.STOP:
        return _stop(text, owner, now=now)
    if meaning == texts.AGAIN:
        return _start(text, owner, now=now)
    asked = _hold_asked(text.sender, now=now)
    if meaning is None:
        return _help(owner, texts.next_asked(asked), now=now)
    last = incoming.find_last(
        text.sender, outcomes=list(texts.MEANS), since=now - texts.ASKED_WITHIN
    )
    reading = texts.concerned(meaning, asked, texts.Last(*last) if last else None, now=now)
    if reading.verb:
        return _answer(text, owner, reading.verb, reading.answered, now=now)
    if reading.still_open or not reading.said_before:
        _help(owner, reading.still_open, now=now)
    return "repeated" if reading.said_before else "unclear"


def _hold_asked(phone: str, *, now: datetime) -> list[texts.Asked]:
    """Read what the phone was asked about, as it is once nobody else can change it."""
    persons = queries.ids_reached_on(phone)
    hold([get_signup(one.signup_id) for one in queries.list_asked(phone, persons, now=now)])
    return queries.list_asked(phone, persons, now=now)


def _answer(
    text: IncomingSms, owner: Person, verb: str, answered: Sequence[texts.Asked], *, now: datetime
) -> str:
    """Do it for everybody whom it concerns, and say for whom it was done."""
    done: list[Signup] = []
    refused: list[tuple[Signup, Refusal]] = []
    for one in answered:
        signup = get_signup(one.signup_id)
        try:
            with attempt():
                done.append(do(verb, signup, now=now))
        except Refusal as refusal:
            refused.append((get_signup(one.signup_id), refusal))
    told_already = verb == "accept" and len(done) == 1 and not refused
    if not told_already:  # who comes up from the line gets a confirmation of that anyway
        letters.answered(text, owner=owner, verb=verb, done=done, refused=refused, now=now)
    return verb if done else "refused"


def _stop(text: IncomingSms, owner: Person, *, now: datetime) -> str:
    """Write to this phone no more, but for what always goes; say so once."""
    post_office.stop_texts(text.sender)
    if choose(person=owner, choices={Choice(EVERY_KIND, "sms"): False}, now=now):
        audit.record("opted-out-of-sms", f"person:{owner.id}", actor_id=owner.id)
        letters.opted_out(text, owner=owner, now=now)
    return "opted-out"


def _start(text: IncomingSms, owner: Person, *, now: datetime) -> str:
    """Write to this phone again; say so once."""
    if switch_on(person=owner, channel="sms", now=now):
        audit.record("opted-in-to-sms", f"person:{owner.id}", actor_id=owner.id)
        letters.opted_in(text, owner=owner, now=now)
    return "opted-in"


def _help(owner: Person, about: Sequence[texts.Asked], *, now: datetime) -> str:
    shift = get_signup(about[0].signup_id).shift if about else None
    letters.help_once(owner=owner, about=shift, now=now)
    return "unclear"
