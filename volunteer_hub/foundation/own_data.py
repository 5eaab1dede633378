"""A copy of what the house keeps about a person; each room tells its own part."""

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.dialects.postgresql import Range

from volunteer_hub.foundation.bells import own_data_asked
from volunteer_hub.foundation.database import Model, db
from volunteer_hub.foundation.language import zone

Rows = list[dict[str, Any]]


def gather(person_id: int) -> dict[str, Rows]:
    """Ask every room; give what each of its tables keeps about the person."""
    answers = own_data_asked.send(person_id=person_id)
    return {table: rows for _room, told in answers for table, rows in told.items()}


def rows_about(
    person_id: int,
    model: type[Model],
    *,
    by: str = "person_id",
    leave_out: Collection[str] = (),
) -> dict[str, Rows]:
    """Read the rows of a table that are about the person, the oldest first, by the table's name.

    :param by: the column that names the person
    :param leave_out: columns that say nothing about them, or must stay secret
    """
    table = inspect(model).local_table
    columns = [column for column in table.columns if column.name not in {by, *leave_out}]
    wanted = select(*columns).where(table.c[by] == person_id).order_by(*table.primary_key)
    found = db.session.execute(wanted).mappings()
    rows = [{name: say(value) for name, value in row.items()} for row in found]
    return {model.__tablename__: rows}


def say(value: Any) -> Any:
    """Write a value as JSON can hold it: instants and days by ISO 8601 in the house's zone."""
    if isinstance(value, datetime):
        return value.astimezone(zone()).isoformat()
    if isinstance(value, Range):
        return [say(value.lower), say(value.upper)]
    return value.isoformat() if isinstance(value, date | time) else value
