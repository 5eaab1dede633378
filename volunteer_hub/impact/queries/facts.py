"""What counts, row by row, as the rooms below wrote it down: the truth that roll-ups repeat.

A reversing row is a row too, with a negative amount.
"""

from sqlalchemy import BigInteger, Subquery, cast, func, literal, null, select

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db
from volunteer_hub.funding.models import Entry
from volunteer_hub.hours.models import Hours
from volunteer_hub.impact.queries.rollups import Sum, total
from volunteer_hub.impact.rules.figures import Scope
from volunteer_hub.impact.rules.measures import AMOUNT, HOURS, PERSONS, Measure
from volunteer_hub.places.queries import ids_within
from volunteer_hub.projects.models import Project
from volunteer_hub.services.models import ServiceRecord
from volunteer_hub.shifts.models import Shift


def _services() -> Subquery:
    rendered = select(
        (literal("service.") + ServiceRecord.mode).label("kind"),
        ServiceRecord.place_id.label("place_id"),
        func.coalesce(ServiceRecord.project_id, 0).label("project_id"),
        ServiceRecord.occurred_on.label("day"),
        cast(null(), BigInteger).label("person_id"),
        ServiceRecord.person_times.label("amount"),
        literal(1).label("rows"),
    )
    return rendered.where(ServiceRecord.state == "verified").subquery()


def _funding() -> Subquery:
    ledger = select(
        (literal("funding.") + Entry.kind).label("kind"),
        Project.place_id.label("place_id"),
        Entry.project_id.label("project_id"),
        Entry.occurred_on.label("day"),
        cast(null(), BigInteger).label("person_id"),
        Entry.amount_fen.label("amount"),
        literal(1).label("rows"),
    ).join(Project, Project.id == Entry.project_id)
    return ledger.where(Entry.state == "approved").subquery()


def _hours() -> Subquery:
    served = select(
        (literal(f"{HOURS}.") + Hours.source).label("kind"),
        Shift.place_id.label("place_id"),
        func.coalesce(Activity.project_id, 0).label("project_id"),
        Hours.served_on.label("day"),
        Hours.person_id.label("person_id"),
        Hours.minutes.label("amount"),
        literal(1).label("rows"),
    ).join(Shift, Shift.id == Hours.shift_id)
    served = served.join(Activity, Activity.id == Shift.activity_id)
    return served.where(Hours.state == "locked").subquery()


# By the first word of their kinds.
FACTS = {"service": _services, "funding": _funding, HOURS: _hours}


def count_facts(measure: Measure, scope: Scope) -> Sum:
    """Count a figure straight from the facts, as slow as that is: it must equal the roll-up."""
    fact, days = FACTS[measure.word]().c, scope.counted
    wanted = [
        fact.kind.in_(measure.kinds),
        fact.day >= days.first,
        fact.day < days.end,
        fact.place_id.in_(ids_within([scope.path])),
    ]
    if scope.project_id is not None:
        wanted.append(fact.project_id == scope.project_id)
    if measure.counts == AMOUNT:
        whole = select(total(fact.amount), func.count()).where(*wanted)
        return Sum(*db.session.execute(whole).one())
    key = fact.person_id if measure.counts == PERSONS else fact.project_id
    amounts = select(func.sum(fact.amount).label("amount"), func.count().label("rows"))
    each = amounts.where(*wanted).group_by(key).subquery().c
    above_nothing = func.count().filter(each.amount > 0)
    return Sum(*db.session.execute(select(above_nothing, total(each.rows))).one())
