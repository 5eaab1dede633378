"""What workers share of the carriers: one row each, read at every claim and seldom written."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from volunteer_hub.carriers import actions, queries
from volunteer_hub.carriers.channels.ways import Way
from volunteer_hub.carriers.models import Carrier
from volunteer_hub.foundation.database import db, transaction, violated

ONE, TWO = Way("one", "sms", "smpp://one", 60), Way("two", "sms", "smpp://two", 40)
BOTH = [ONE, TWO]
MINUTE = timedelta(minutes=1)
AT = datetime(2026, 11, 24, tzinfo=UTC)


def carrier(name: str) -> Carrier:
    return queries.list_carriers([name])[0]


def weights() -> list[int]:
    return [carrier("one").weight, carrier("two").weight]


@pytest.fixture
def known(app: Flask, now: datetime) -> None:
    with transaction():
        actions.look(BOTH, now=now)


@pytest.mark.usefixtures("known")
def test_a_healthy_carrier_costs_one_reading(queries: list[str], now: datetime) -> None:
    with transaction():
        seen = actions.look(BOTH, now=now)
    assert len(queries) == 1
    assert [(one.name, one.weight, one.tokens) for one in seen.values()] == [
        ("one", 60, None),
        ("two", 40, None),
    ]


@pytest.mark.usefixtures("known")
def test_what_the_settings_say_anew_is_written_down(now: datetime) -> None:
    actions.note_failure("one", beside=["one", "two"], now=now)
    limited = TWO._replace(per_second=5.0)
    seen = actions.look([ONE, limited], now=now)
    assert weights() == [50, 40]  # the other one was left as it is
    assert seen["two"].tokens == 0
    assert actions.look([ONE, limited], now=now + MINUTE)["two"].tokens == 5


@pytest.mark.usefixtures("known")
def test_five_failures_open_and_one_probe_every_half_minute_closes(now: datetime) -> None:
    for _ in range(4):
        assert actions.note_failure("one", beside=["two"], now=now) == "closed"
    assert actions.note_failure("one", beside=["two"], now=now) == "open"
    at = now + timedelta(seconds=30)
    assert not actions.take_probe("one", now=at - timedelta(seconds=1))
    assert actions.take_probe("one", now=at)
    assert not actions.take_probe("one", now=at)
    assert actions.note_failure("one", beside=["two"], now=at) == "open"
    assert not actions.take_probe("one", now=at + timedelta(seconds=29))
    assert actions.take_probe("one", now=at + timedelta(seconds=30))
    assert actions.note_success("one") == "closed"
    assert carrier("one").in_a_row == 0


@pytest.mark.usefixtures("known")
def test_a_probe_with_nothing_to_carry_is_given_back(now: datetime) -> None:
    for _ in range(5):
        actions.note_failure("one", beside=["two"], now=now)
    at = now + timedelta(seconds=30)
    assert actions.take_probe("one", now=at)
    actions.give_probe_back("one", now=at)
    assert actions.take_probe("one", now=at)


@pytest.mark.usefixtures("known")
def test_a_success_in_between_begins_the_row_anew(now: datetime) -> None:
    for _ in range(4):
        actions.note_failure("one", beside=["two"], now=now)
    actions.note_success("one")
    assert actions.note_failure("one", beside=["two"], now=now) == "closed"


@pytest.mark.usefixtures("known")
def test_weights_move_once_a_minute_and_drift_back(now: datetime) -> None:
    for seconds in (0, 1, 59):
        actions.note_failure("one", beside=["two"], now=now + timedelta(seconds=seconds))
        actions.note_success("one")
    assert weights() == [50, 50]
    actions.note_failure("one", beside=["two"], now=now + MINUTE)
    assert weights() == [40, 60]
    for minutes, expected in ((15, [40, 60]), (16, [50, 50]), (20, [50, 50]), (21, [60, 40])):
        actions.look(BOTH, now=now + minutes * MINUTE)
        assert weights() == expected
    actions.look(BOTH, now=now + 60 * MINUTE)
    assert weights() == [60, 40]


@pytest.mark.usefixtures("known")
def test_points_do_not_go_to_who_rests_itself(now: datetime) -> None:
    for _ in range(5):
        actions.note_failure("two", beside=["one"], now=now)
    assert weights() == [70, 30]
    actions.note_failure("one", beside=["two"], now=now + 2 * MINUTE)
    assert weights() == [70, 30]


def test_tokens_are_spent_until_none_is_left(app: Flask, now: datetime) -> None:
    limited = ONE._replace(per_second=3.0)
    actions.look([limited], now=now)
    later = now + MINUTE
    assert actions.look([limited], now=later)["one"].tokens == 3
    actions.spend("one", tokens=2)
    assert [actions.spend_one("one", now=later) for _ in range(2)] == [True, False]
    assert actions.spend_one("one", now=later + timedelta(seconds=0.4))


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"channel": "fax"}, "ck_carrier_channel_is_known"),
        ({"state": "ajar", "opened_at": AT, "probe_at": AT}, "ck_carrier_state_is_known"),
        ({"weight": 101}, "ck_carrier_weight_is_a_share"),
        ({"resting": -1}, "ck_carrier_resting_is_a_share"),
        ({"per_second": 0}, "ck_carrier_limit_lets_something_through"),
        ({"tokens": -0.5}, "ck_carrier_bucket_is_not_overdrawn"),
        ({"in_a_row": -1}, "ck_carrier_row_is_counted"),
        ({"state": "open"}, "ck_carrier_open_has_its_times"),
        ({"name": "one"}, "uq_carrier_name"),
    ],
)
@pytest.mark.usefixtures("known")
def test_the_database_refuses(values: dict[str, object], constraint: str) -> None:
    facts = {"name": "three", "channel": "sms", "weight": 50, "resting": 50, "tokens": 0.0}
    db.session.add(Carrier(**(facts | values)))
    with pytest.raises(IntegrityError) as refused:
        db.session.flush()
    db.session.rollback()
    assert violated(refused.value) == constraint
