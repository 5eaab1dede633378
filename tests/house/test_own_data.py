"""Whoever asks for their data gets all of it: no table about a person is forgotten."""

from datetime import UTC, datetime

from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.own_data import gather

# Written out by room people itself, with words instead of numbers.
BY_PEOPLE = {"api_token", "consent", "preference", "role_grant"}


def tables_about_people() -> set[str]:
    return {
        table.name
        for table in db.metadata.tables.values()
        if "person_id" in table.columns and table.columns["person_id"].foreign_keys
    }


def test_every_table_about_a_person_is_handed_out(world):
    assert tables_about_people() - BY_PEOPLE <= gather(world.volunteer.id).keys()


def test_the_copy_holds_one_s_own_rows_alone(world):
    starts_at = datetime(2026, 12, 5, 0, 0, tzinfo=UTC)
    with transaction():
        shift = make_shift(world.community, starts_at=starts_at)
        make_signup(shift, world.volunteer)
        make_signup(shift, world.other_volunteer)
    (row,) = gather(world.volunteer.id)["signup"]
    assert (row["shift_id"], row["state"]) == (shift.id, "confirmed")
    assert row["during"][0] == "2026-12-05T08:00:00+08:00"
    assert "person_id" not in row
