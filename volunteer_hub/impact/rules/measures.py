"""The measures: one definition each, with unit and version.  Adding one is adding a line here.

A change of a definition raises its version, so that a printed figure can be told from a new one.
"""

from dataclasses import dataclass
from decimal import Decimal

from volunteer_hub.foundation.refusal import sentence

# Kinds of facts, as lower rooms announce them, and the person behind the last.
PROFESSIONAL, OUTREACH = "service.professional", "service.outreach"
AWARDED, PAID_OUT, SPENT = "funding.awarded", "funding.paid_out", "funding.spent"
HOURS = "hours"

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
    """What a figure means. `per` base units (fen, minutes) make one of its unit."""

    key: str
    label: str
    unit_code: str
    definition: str
    kind: str
    counts: str = AMOUNT
    version: int = 1
    additive: bool = True
    per: int = 1
    decimals: int = 0

    @property
    def unit(self) -> str:
        return UNITS[self.unit_code]

    def number(self, amount: int) -> Decimal:
        """Turn base units (fen, minutes) into the measure's unit (yuan, hours)."""
        return round(Decimal(amount) / self.per, self.decimals)

    def write(self, amount: int) -> str:
        """Write a number as readers see it: 35,000 · 106,500.00 · 9,340.5."""
        number = self.number(amount)
        if self.kind == HOURS and number == number.to_integral_value():
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
        kind=AWARDED,
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
        kind=AWARDED,
        per=100,
        decimals=2,
    ),
    Measure(
        key="funding_paid_out",
        label=sentence("Project funding, paid out"),
        unit_code="yuan",
        definition=sentence("The sum of approved payments to projects, by the day of payment."),
        kind=PAID_OUT,
        per=100,
        decimals=2,
    ),
    Measure(
        key="funding_spent",
        label=sentence("Project funding, spent"),
        unit_code="yuan",
        definition=sentence("The sum of approved expenses of projects, by the day on the receipt."),
        kind=SPENT,
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
        kind=PROFESSIONAL,
    ),
    Measure(
        key="pt_outreach",
        label=sentence("Served by outreach"),
        unit_code="person_times",
        definition=sentence(
            "Each time somebody was served at home, in the street, at the market or at school."
            " Only records that a second person verified."
        ),
        kind=OUTREACH,
    ),
    Measure(
        key="volunteer_hours",
        label=sentence("Volunteer hours"),
        unit_code="hours",
        definition=sentence(
            "From check-in to check-out, verified by a second person and locked."
            " The way there and back does not count."
        ),
        kind=HOURS,
        per=60,
        decimals=1,
    ),
    Measure(
        key="volunteers_active",
        label=sentence("Active volunteers"),
        unit_code="persons",
        definition=sentence(
            "Different people with locked hours in the period. Each counts once,"
            " so the months must not be added up."
        ),
        kind=HOURS,
        counts=PERSONS,
        additive=False,
    ),
)
MEASURES = {measure.key: measure for measure in _ALL}
