"""The figures of a month at a place with a year of services, and who is to read them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from volunteer_hub.digests import rules
from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.database import db
from volunteer_hub.impact.queries.figures import tally
from volunteer_hub.impact.queries.rollups import count_pending
from volunteer_hub.impact.rules.figures import Figure, Scope, add, too_small
from volunteer_hub.impact.rules.measures import MEASURES, PERSONS
from volunteer_hub.messages.models import Message
from volunteer_hub.people.models import Person, RoleGrant
from volunteer_hub.people.queries.persons import live
from volunteer_hub.places.models import Place


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the month, the same of a year before, and how it moved if that is known."""

    figure: Figure
    before: Figure
    change: rules.Change | None

    @property
    def is_money(self) -> bool:
        return self.figure.measure.word == "funding"


@dataclass(frozen=True, slots=True)
class Times:
    """The services of one month, in person-times."""

    days: Days
    professional: Figure
    outreach: Figure

    @property
    def together(self) -> int:
        return add((self.professional, self.outreach))


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What the letter of a month tells about a place.

    `counted_at`: everything that was verified until then is in it.
    """

    place: Place
    days: Days
    counted_at: datetime
    lines: Sequence[Line]
    times: Sequence[Times]  # twelve months, this one last

    @property
    def month(self) -> str:
        return rules.name_month(self.days)

    @property
    def scope(self) -> Scope:
        return self.lines[0].figure.scope

    @property
    def unit(self) -> str:
        return self.times[0].professional.unit

    @property
    def told(self) -> list[Line]:
        """Leave out money and projects without any record in this month or a year before."""
        return [
            line
            for line in self.lines
            if not line.is_money or line.figure.source_count or line.before.source_count
        ]

    @property
    def most(self) -> Times:
        return max(self.times, key=lambda one: one.together)

    @property
    def least(self) -> Times:
        return min(self.times, key=lambda one: one.together)

    @property
    def has_few(self) -> bool:
        """Tell whether a number of persons is in it that not everybody may see."""
        shown = [one for line in self.told for one in (line.figure, line.before)]
        return any(one.measure.counts == PERSONS and too_small(one.amount or 0) for one in shown)


def read_digest(place: Place, days: Days, *, now: datetime) -> Digest:
    """Count a month at a place out of the roll-ups, few people too."""
    pending = count_pending()  # first: what is added meanwhile is told as still to come
    year = rules.with_year_before(days)
    found = tally(Scope(days=year, as_of=days.last, path=place.path, place=place.code))
    months = {key: found.by_month(measure) for key, measure in MEASURES.items()}
    services = zip(months["pt_professional"][1:], months["pt_outreach"][1:], strict=True)
    lines = [Line(each[-1], each[0], rules.change(each[-1], each[0])) for each in months.values()]
    return Digest(
        place=place,
        days=days,
        counted_at=pending.since or now,
        lines=sorted(lines, key=lambda line: line.is_money),  # what neighbours got comes first
        times=[Times(one.days, one, other) for one, other in services],
    )


def list_untold(days: Days, *, now: datetime) -> list[tuple[Person, Place]]:
    """List who looks after which place and has no letter about this month yet."""
    key = func.concat(rules.KIND, ":", Place.id, ":", rules.name_month(days), ":", Person.id)
    told = select(Message.id).where(Message.key == func.concat(key, ":email")).exists()
    wanted = (
        select(Person, Place)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Place, Place.id == RoleGrant.place_id)
        .where(RoleGrant.role.in_(rules.READERS), live(now), Person.left_at.is_(None), ~told)
    )
    pairs = db.session.execute(wanted.distinct().order_by(Place.id, Person.id))
    return [(person, place) for person, place in pairs]


def list_own(paths: Collection[str]) -> Sequence[Place]:
    """List the places of these paths themselves, without what lies below them."""
    return db.session.scalars(select(Place).where(Place.path.in_(paths)).order_by(Place.path)).all()


def count_told(topic: str) -> tuple[int, datetime | None]:
    """Count the letters of a topic that were written, and say when the first one was."""
    told = select(func.count(), func.min(Message.posted_at)).where(Message.topic == topic)
    count, first = db.session.execute(told).one()
    return count, first
