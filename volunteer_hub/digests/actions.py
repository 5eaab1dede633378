"""Tell of a closed month whoever looks after a place, show the letter, send oneself a copy."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache, partial
from itertools import groupby

from volunteer_hub.digests import letters, queries, rules
from volunteer_hub.digests.queries import Digest
from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.language import zone
from volunteer_hub.messages.rules.readers import Reader
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.readers import reader_of, readers_of
from volunteer_hub.places.models import Place
from volunteer_hub.previews.actions.trying import NOWHERE, Composed, compose, framed

BATCH = 50  # letters in one transaction


def tell_month(*, now: datetime, limit: int = BATCH) -> int:
    """Write some of the letters about the month that is due, place by place.

    Killed anywhere, the next run goes on; two at once write each letter once, by its key.

    :returns: how many are new; 0 when everybody has been told
    """
    days = rules.month_due(now, zone())
    if days is None:
        return 0
    untold = queries.list_untold(days, now=now)
    readers = readers_of([person for person, _place in untold], kind=rules.KIND)
    reached = [(place, readers[one.id]) for one, place in untold if _reaches(readers[one.id])]
    new = 0
    for place, pairs in groupby(reached[:limit], key=lambda pair: pair[0]):
        new += _tell(place, days, (reader for _place, reader in pairs), now=now)
    return new


def preview(digest: Digest, *, to: Person, language: str, now: datetime) -> Composed:
    """Compose the letter as this person would get it in the language, its picture undrawn.

    Nothing of it stays.
    """
    reader = Reader(-to.id, to.name, language, NOWHERE["email"], None, frozenset({"email"}))
    [letter] = compose(rules.KIND, lambda: letters.post(reader, digest, b"", now=now))
    return letter


def show(digest: Digest, *, to: Person, language: str, now: datetime) -> str:
    """Give the HTML of the same letter, with its pictures in it."""
    letter = preview(digest, to=to, language=language, now=now)
    return framed(letter, chart=letters.draw(digest, language))


def send_copy(place: Place, days: Days, *, to: Person, now: datetime) -> None:
    """Send somebody the letter of a month, because they ask for it.

    :raises NoAddressForLetters: if they have no e-mail address
    :raises LettersAreOff: if they turned such letters off
    """
    reader = reader_of(to, kind=rules.KIND)
    if not reader.email:
        raise rules.NoAddressForLetters
    if not _reaches(reader):
        raise rules.LettersAreOff
    digest = queries.read_digest(place, days, now=now)
    if letters.post_copy(reader, digest, letters.draw(digest, reader.language), now=now):
        thing = rules.topic_of(place.id, days)
        audit.record("sent-figures-to-self", thing, place_path=place.path, actor_id=to.id)


def _tell(place: Place, days: Days, readers: Iterable[Reader], *, now: datetime) -> int:
    digest = queries.read_digest(place, days, now=now)
    drawn = cache(partial(letters.draw, digest))
    return sum(letters.post(one, digest, drawn(one.language), now=now) for one in readers)


def _reaches(reader: Reader) -> bool:
    return bool(reader.email) and "email" in reader.channels
