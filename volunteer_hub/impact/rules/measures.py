"""The measures: one definition each, with unit and version.  Adding one is adding a line here.

A change of a definition raises its version, so that a printed figure can be told from a new one.
"""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from volunteer_hub.foundation.refusal import sentence
from volunteer_hub.hours.rules.hours import SOURCE_WORDS, SOURCES

# Kinds of facts, as lower rooms announce them; those of hours name the class.
PROFESSIONAL, OUTREACH = "service.professional", "service.outreach"
AWARDED, PAID_OUT, SPENT = "funding.awarded", "funding.paid_out", "funding.spent"
HOURS = "hours"
HOURS_KINDS = tuple(f"{HOURS}.{source}" for source in SOURCES)

# What is counted of the facts: their amount, the persons or the projects behind them.
AMOUNT, PERSONS, PROJECTS = "amount", "persons", "projects"

# Units: the code for programs is the key, the word for readers the value.
UNITS = {
    "person_times": sentence("person-times"),
    "persons": sentence("people"),
    "projects": sentence("projects"),
    "yuan": sentence("yuan"),
    "hours": sentence("hours"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a figure means. `per` base units (fen, minutes) make one of its unit.

    source: the class of hours that it counts alone, see `classes`.
    """

    key: str
    label: str
    unit_code: str
    definition: str
    kinds: tuple[str, ...]
    counts: str = AMOUNT
    version: int = 1
    additive: bool = True
    per: int = 1
    decimals: int = 0
    source: str = ""

    @property
    def word(self) -> str:
        """Name the facts it counts: service, funding or hours."""
        return self.kinds[0].split(".")[0]

    @property
    def variants(self) -> tuple[str, ...]:
        """Name which of these facts it counts: professional; awarded; the classes of hours."""
        return tuple(kind.split(".")[1] for kind in self.kinds)

    @property
    def classes(self) -> tuple[Self, ...]:
        """Give the same measure for each class of hours alone, where it adds several up."""
        if self.source or self.word != HOURS or self.counts != AMOUNT:
            return ()
        return tuple(
            replace(self, kinds=(kind,), source=source, label=SOURCE_WORDS[source])
            for kind, source in zip(self.kinds, self.variants, strict=True)
        )

    @property
    def unit(self) -> str:
        return UNITS[self.unit_code]

    def number(self, amount: int) -> Decimal:
        """Turn base units (fen, minutes) into the measure's unit (yuan, hours), halves up."""
        last = Decimal(1).scaleb(-self.decimals)
        return (Decimal(amount) / self.per).quantize(last, ROUND_HALF_UP)

    def write(self, amount: int) -> str:
        """Write a number as readers see it: 35,000 · 106,500.00 · 9,340.5."""
        number = self.number(amount)
        if self.word == HOURS and number == number.to_integral_value():
            return f"{int(number):,}"
        return f"{number:,}"


_ALL = (
    Measure(
        key="projects_count",
        label=sentence("Funded projects"),
        unit_code="projects",
        definition=sentence(
            "Projects with an approved award in the period; each project counts once."
        ),
        kinds=(AWARDED,),
        counts=PROJECTS,
        additive=False,
    ),
    Measure(
        key="funding_awarded",
        label=sentence("Project funding, awarded"),
        unit_code="yuan",
        definition=sentence(
            "The sum of approved award agreements, by the day of the agreement."
            " An award is not yet money paid."
        ),
        kinds=(AWARDED,),
        per=100,
        decimals=2,
    ),
    Measure(
        key="funding_paid_out",
        label=sentence("Project funding, paid out"),
        unit_code="yuan",
        definition=sentence("The sum of approved payments to projects, by the day of payment."),
        kinds=(PAID_OUT,),
        per=100,
        decimals=2,
    ),
    Measure(
        key="funding_spent",
        label=sentence("Project funding, spent"),
        unit_code="yuan",
        definition=sentence("The sum of approved expenses of projects, by the day on the receipt."),
        kinds=(SPENT,),
        per=100,
        decimals=2,
    ),
    Measure(
        key="pt_professional",
        label=sentence("Served professionally"),
        unit_code="person_times",
        definition=sentence(
            "Each time somebody was served by qualified staff. Someone who comes three times"
            " counts three. Only records that a second person verified."
        ),
        kinds=(PROFESSIONAL,),
    ),
    Measure(
        key="pt_outreach",
        label=sentence("Served by outreach"),
        unit_code="person_times",
        definition=sentence(
            "Each time somebody was served at home, in the street, at the market or at school."
            " Only records that a second person verified."
        ),
        kinds=(OUTREACH,),
    ),
    Measure(
        key="volunteer_hours",
        label=sentence("Volunteer hours"),
        unit_code="hours",
        definition=sentence(
            "Time served, verified by a second person and locked; the way there and back does not"
            " count. Made up of four classes, always named beside the sum: clocked in and out,"
            " confirmed by the coordinator, written in later, declared by the volunteer."
            " Added up in minutes; each number is rounded by itself, to a tenth of an hour."
        ),
        version=2,
        kinds=HOURS_KINDS,
        per=60,
        decimals=1,
    ),
    Measure(
        key="volunteers_active",
        label=sentence("Active volunteers"),
        unit_code="persons",
        definition=sentence(
            "Different people with locked hours of any class in the period: clocked in and out,"
            " confirmed by the coordinator, written in later or declared by the volunteer."
            " Each counts once, so neither months nor classes may be added up."
        ),
        version=2,
        kinds=HOURS_KINDS,
        counts=PERSONS,
        additive=False,
    ),
)
MEASURES = {measure.key: measure for measure in _ALL}
