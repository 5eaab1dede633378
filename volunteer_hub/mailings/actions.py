"""Write a mailing, count whom it reaches, send it in batches, and stop it."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, time

from volunteer_hub.activities.queries.activities import get_activity
from volunteer_hub.foundation import audit
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import local_day, zone
from volunteer_hub.foundation.settings import settings
from volunteer_hub.mailings import letters, queries, rules
from volunteer_hub.mailings.models import Mailing
from volunteer_hub.mailings.rules import DRAFT, SENDING, SENT, STOPPED, Reach, Words
from volunteer_hub.messages.letters import Letter, compose
from volunteer_hub.messages.rules.readers import Reader
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.readers import reader_of
from volunteer_hub.places.models import Place
from volunteer_hub.shifts.queries.shifts import get_shift

BATCH = 200  # persons in one transaction
NOBODY = "-"  # instead of a phone, where only the words are asked for


def draft(
    *,
    place: Place,
    words: Words,
    channels: Collection[str],
    audience: str,
    by: int,
    shift_id: int | None = None,
    activity_id: int | None = None,
) -> Mailing:
    """Write a mailing to those of a shift, of an activity, or of a place; nothing leaves yet.

    :raises BrokenInput: naming each field
    """
    made = blank(place=place, by=by, shift_id=shift_id, activity_id=activity_id)
    _write(made, words, channels, audience)
    db.session.add(made)
    db.session.flush()
    return made


def blank(
    *, place: Place, by: int, shift_id: int | None = None, activity_id: int | None = None
) -> Mailing:
    """Give a mailing without a word in it; it is kept nowhere."""
    about = {
        "shift": get_shift(shift_id) if shift_id else None,
        "activity": get_activity(activity_id) if activity_id else None,
    }
    ids = {"place_id": place.id, "shift_id": shift_id, "activity_id": activity_id}
    return Mailing(made_by=by, place=place, **ids, **about)


def change(*, mailing_id: int, words: Words, channels: Collection[str], audience: str) -> Mailing:
    """Write it otherwise.

    :raises MailingIsUnderWay: if it was sent
    :raises BrokenInput: naming each field
    """
    mailing = queries.lock_mailing(mailing_id)
    if mailing.state != DRAFT:
        raise rules.MailingIsUnderWay
    _write(mailing, words, channels, audience)
    db.session.flush()
    return mailing


def count(mailing: Mailing) -> Reach:
    """Count whom it would reach right now."""
    return rules.count(queries.verdicts(mailing, queries.list_readers(mailing)))


def preview(mailing: Mailing, *, to: Person, language: str) -> list[Letter]:
    """Write the letters as the reader would get them in that language, and keep nothing."""
    reader = reader_of(to, place_path=mailing.place.path)
    reader = reader._replace(
        language=language, email=to.email or "-", phone=to.phone or "-", recipient_id=None
    )
    facts, channels = letters.facts_of(mailing, mailing.words), frozenset(mailing.channels)
    return compose(letters.TEMPLATE, to=reader, channels=channels, facts=facts)


def sms_parts(mailing: Mailing) -> int:
    """Count the parts of its text message; 0 if there is none."""
    if "sms" not in mailing.channels:
        return 0
    return rules.sms_parts(mailing.words, begins=begins(mailing))


def begins(mailing: Mailing) -> str:
    """Give its text message up to the words: who writes, and about what.

    A provider files this as a notification: the words are its last variable, and the rest stands
    firm. It carries no hint how to stop texts, which belongs to advertisements and would make it
    one; R, TD and 退订 stop them all the same. Empty where no text messages are sent.
    """
    to = Reader(None, "", "zh", None, NOBODY, frozenset({"sms"}))
    facts = letters.facts_of(mailing, Words())
    found = compose(letters.TEMPLATE, to=to, channels=to.channels, facts=facts)
    return found[0].body_text if found else ""


def send(*, mailing_id: int, by: int, now: datetime) -> bool:
    """Let the worker begin; False if the button was pressed before.

    :raises NobodyIsReached:
    :raises TooManyMailingsToday:
    :raises TooManyLettersToday:
    """
    mailing = queries.lock_mailing(mailing_id)
    if mailing.state != DRAFT:
        return False
    midnight = datetime.combine(local_day(now), time(), tzinfo=zone())
    today = queries.lock_day(mailing.place_id, since=midnight)
    reach = count(mailing)
    rules.ensure_within_a_day(
        mailings=today.mailings,
        letters=today.letters,
        more=reach.total,
        most=settings().mailings_a_day,
    )
    mailing.state, mailing.sent_by, mailing.sent_at = SENDING, by, now
    mailing.persons, mailing.letters = reach.persons, reach.total
    _note("sent-mailing", mailing, persons=reach.persons, letters=reach.total)
    return True


def post_batch(*, now: datetime) -> bool:
    """Post the next letters of the oldest mailing that is being sent; False if there is none.

    The letters and how far it came are stored together: killed at any moment, the next batch goes
    on where this one began, and a key for each reader keeps the outbox from taking one twice.
    """
    mailing = queries.lock_next()
    if mailing is None:
        return False
    readers = queries.list_readers(mailing, behind=mailing.cursor, limit=BATCH)
    for reader in readers:
        letters.post(mailing, to=reader, now=now)
        mailing.cursor = reader.recipient_id or mailing.cursor
    mailing.done += len(readers)
    if len(readers) < BATCH:
        mailing.state = SENT
    return True


def stop(*, mailing_id: int, now: datetime) -> int:
    """Call back what has not left; say how many letters that were.

    :raises MailingCannotBeStopped: if everything has left, or it never began
    """
    mailing = queries.lock_mailing(mailing_id)
    if STOPPED not in rules.MOVES[mailing.state]:
        raise rules.MailingCannotBeStopped
    stopped = letters.call_back(mailing)
    if mailing.state == SENT and not stopped:
        raise rules.MailingCannotBeStopped
    mailing.state, mailing.stopped_at = STOPPED, now
    _note("stopped-mailing", mailing, letters=stopped)
    return stopped


def _write(mailing: Mailing, words: Words, channels: Collection[str], audience: str) -> None:
    rules.ensure_readable(
        words,
        channels=channels,
        audience=audience,
        of_place=mailing.shift_id is None and mailing.activity_id is None,
        begins=begins(mailing) if "sms" in channels else "",
    )
    for name, value in asdict(words).items():
        setattr(mailing, name, value)
    mailing.channels, mailing.audience = sorted(channels), audience


def _note(verb: str, mailing: Mailing, **facts: int) -> None:
    audit.record(verb, mailing.topic, place_path=mailing.place.path, **facts)
