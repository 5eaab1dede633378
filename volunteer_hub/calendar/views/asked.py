"""What a reader asked to see, and the addresses that ask for something else beside it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from volunteer_hub.calendar.forms import OpportunityFilter
from volunteer_hub.calendar.rules import VIEWS
from volunteer_hub.foundation.clock import Days, day_span
from volunteer_hub.foundation.language import local_day, zone
from volunteer_hub.shifts.queries.lists import Wanted

FILTERS = ("place", "project", "need", "free")


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters and the days that an address names, at a moment."""

    form: OpportunityFilter
    now: datetime
    path: str | None  # of the place, if one is named

    @property
    def view(self) -> str:
        view = self.form.view.data
        return view if view in VIEWS else VIEWS[0]

    @property
    def today(self) -> date:
        return local_day(self.now)

    @property
    def day(self) -> date | None:
        """Name the one day asked for, or the one from which on."""
        return self.form.good("day") or self.form.good("since")

    @property
    def need(self) -> str | None:
        return self.form.good("need") or None

    @property
    def filters(self) -> dict[str, str]:
        """Say as an address does to what the list is narrowed."""
        given = {name: self.form.good(name) for name in FILTERS}
        return {name: "y" if value is True else value for name, value in given.items() if value}

    def at(self, view: str = VIEWS[0], **days: Any) -> str:
        """Address a view and its days under the same filters: at("week", from_=monday)."""
        said: dict[str, Any] = {name.rstrip("_"): str(day) for name, day in days.items() if day}
        if view != VIEWS[0]:
            said["view"] = view
        return url_for("calendar.opportunities", **self.filters, **said)

    def views(self, day: date) -> dict[str, str]:
        """Address each view where it shows the day."""
        since, elsewhere = self.form.good("since"), not _same_month(day, self.today)
        return {
            "agenda": self.at(from_=day if day > self.today else None),
            "week": self.at("week", from_=day if day != self.today else None),
            "month": self.at(
                "month",
                month=f"{day:%Y-%m}" if elsewhere else None,
                from_=since if since and _same_month(since, day) else None,
            ),
        }

    def wanted(self, *, since: datetime, until: datetime | None = None) -> Wanted:
        """Say what to read of a span of time."""
        project = self.form.good("project")
        return Wanted(
            since=since,
            until=until,
            path=self.path,
            project_id=int(project) if project else None,
            open_only=self.form.free.data,
        )

    def wanted_on(self, days: Days) -> Wanted:
        """Say what to read of whole days, past ones too."""
        first, last = day_span(days.first, zone()), day_span(days.last, zone())
        return self.wanted(since=first.starts_at, until=last.ends_at)


def _same_month(one: date, other: date) -> bool:
    return one.replace(day=1) == other.replace(day=1)
