"""The letters about papers and money, and what coordinators write to many at once."""

from sqlalchemy.orm.attributes import set_committed_value

from volunteer_hub.credentials import letters as credentials
from volunteer_hub.foundation.language import local_day
from volunteer_hub.foundation.policy import SUPERVISOR
from volunteer_hub.funding import letters as funding
from volunteer_hub.mailings import letters as mailings
from volunteer_hub.mailings.queries import KIND as MAILING
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.readers import reader_of
from volunteer_hub.previews.actions.trying import (
    Composed,
    apart,
    compose,
    reader,
    shown,
    staff,
    whoever_asks,
)
from volunteer_hub.previews.queries import records
from volunteer_hub.previews.rules import OPEN, Wish


def expiring(kind: str, wish: Wish) -> list[Composed] | None:
    """Tell that a paper runs out; whoever sees papers in part sees no more of it here."""
    today = local_day(wish.now)
    found = records.find_paper(wish.people, whole=wish.whole, today=today)
    if found is None:
        return None
    credential = found.credential
    person = reader(credential.person, wish)
    apart(credential, id=-credential.id, person_id=person.id)
    if not found.whole:
        set_committed_value(credential, "type", None)
        set_committed_value(credential, "number", OPEN if credential.number else "")
    told = {"today": today, "now": wish.now}
    return compose(kind, lambda: credentials.tell_expiring([credential], **told))


def waiting(kind: str, wish: Wish) -> list[Composed] | None:
    """Tell who supervises a project that an amount waits."""
    entry = records.find_entry(wish.paths)
    if entry is None:
        return None
    told = staff(SUPERVISOR, entry.project.place.path, wish)
    apart(entry, id=-entry.id)
    return compose(kind, lambda: funding.tell_supervisors(entry, now=wish.now)) if told else None


def mailing(kind: str, wish: Wish) -> list[Composed] | None:
    """Write a coordinator's words as if to whoever looks."""
    found = records.find_mailing(wish.paths, shift_id=wish.shift_id)
    if found is None:
        return None
    maker = Person(name=shown(found.maker.name, wish))
    apart(found, id=-found.id, maker=maker)
    to = reader_of(whoever_asks(wish), kind=MAILING, place_path=found.place.path)
    return compose(kind, lambda: mailings.post(found, to=to, now=wish.now))


WRITERS = {
    "credential-expiring": expiring,
    "funding-entry-waiting": waiting,
    "mailing": mailing,
}
