"""Offers and their deadlines, fairness, lateness, and which step may follow which."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.foundation.database import attempt, db, transaction, violated
from volunteer_hub.signups.rules import line

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 12, 1, 12, tzinfo=ZONE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "ahead", "until"),
    [
        (NOON, 8 * DAY, NOON + 24 * HOUR),
        (NOON, 7 * DAY, NOON + 24 * HOUR),
        (NOON, 7 * DAY - HOUR, NOON + 21 * HOUR),  # 12 h end at midnight: 9:00 it is
        (NOON - 4 * HOUR, 3 * DAY, NOON + 8 * HOUR),
        (NOON, 47 * HOUR, NOON + 4 * HOUR),
        (NOON, 23 * HOUR, NOON + HOUR),
        (NOON, 5 * HOUR, NOON + HOUR / 2),
        (NOON, 2 * HOUR + HOUR / 4, NOON + HOUR / 4),  # never past the moment the line closes
        (NOON + 10 * HOUR, 10 * HOUR, NOON + 18 * HOUR),  # the night, but the line closes at 6:00
        (NOON + 10 * HOUR, 30 * HOUR, NOON + 21 * HOUR),  # at night until 9:00
        (NOON - 5 * HOUR, 24 * HOUR + 30 * HOUR, NOON + 7 * HOUR),
    ],
)
def test_an_offer_stands_the_shorter_the_nearer_the_shift(now, ahead, until):
    starts_at = now + ahead
    found = line.offer_until(starts_at, now=now, zone=ZONE)
    assert found == min(until, line.line_closes_at(starts_at))


@pytest.mark.parametrize(
    ("state", "left", "refusal"),
    [
        ("offered", HOUR, None),
        ("offered", timedelta(0), line.OfferHasLapsed),
        ("offered", -HOUR, line.OfferHasLapsed),
        ("lapsed", None, line.OfferHasLapsed),
        ("waitlisted", None, line.NothingIsOffered),
        ("confirmed", None, line.NothingIsOffered),
        ("cancelled_by_volunteer", None, line.SignupIsOver),
        ("cancelled_by_org", None, line.SignupIsOver),
        ("replaced", None, line.SignupIsOver),
    ],
)
def test_what_may_be_accepted(state, left, refusal):
    facts = {"state": state, "offer_until": left if left is None else NOON + left, "now": NOON}
    if refusal is None:
        line.ensure_may_accept(**facts)
    else:
        with pytest.raises(refusal):
            line.ensure_may_accept(**facts)


def test_who_served_least_comes_first_and_among_them_who_asked_first():
    asked = [line.Waiting(n, n, served) for n, served in enumerate((3, 0, 1, 0, 1))]
    assert [one.signup_id for one in line.by_fairness(asked)] == [1, 3, 2, 4, 0]


@pytest.mark.parametrize(
    ("cutoff", "before", "late"),
    [(0, 1, False), (24, 25, False), (24, 24, False), (24, 23, True), (2, 1, True)],
)
def test_who_says_so_after_the_cut_off_is_late(cutoff, before, late):
    now = NOON - before * HOUR
    assert line.is_late(NOON, cutoff=cutoff * HOUR, now=now) is late


def _reach(state, world):
    """Lead a promise to the state by steps that are allowed."""
    ways = {
        "confirmed": (),
        "waitlisted": ("waitlisted",),
        "offered": ("waitlisted", "offered"),
        "lapsed": ("waitlisted", "offered", "lapsed"),
        "cancelled_by_volunteer": ("cancelled_by_volunteer",),
        "cancelled_by_org": ("cancelled_by_org",),
        "replaced": ("replaced",),
    }
    shift = make_shift(world.community, starts_at=datetime.now(UTC) + 9 * DAY)
    signup = make_signup(shift, make_person())
    for step in ways[state]:
        _step(signup.id, step)
    return signup.id


def _step(signup_id, state):
    in_line, live = state in line.IN_LINE, state in line.LIVE
    db.session.execute(
        text(
            "update signup set state = :state, rank = :rank, ended_at = :ended,"
            " offer_until = :until where id = :id"
        ),
        {
            "state": state,
            "rank": signup_id if in_line else None,
            "ended": None if live else NOON,
            "until": NOON if state == "offered" else None,
            "id": signup_id,
        },
    )


@pytest.mark.parametrize(
    ("state", "to"),
    [(a, b) for a, b in product(line.MOVES, line.MOVES) if a != b],
)
def test_the_database_lets_a_promise_go_only_where_the_rules_do(world, state, to):
    with transaction():
        signup_id = _reach(state, world)
        if to in line.MOVES[state]:
            _step(signup_id, to)
        else:
            with pytest.raises(IntegrityError) as refused, attempt():
                _step(signup_id, to)
            assert violated(refused.value) == "signup_steps"
        moves = db.session.execute(
            text("select state from signup_move where signup_id = :id order by id"),
            {"id": signup_id},
        ).scalars()
        assert list(moves)[-1] == (to if to in line.MOVES[state] else state)


@pytest.mark.parametrize("state", sorted(set(line.MOVES) - {"confirmed", "waitlisted"}))
def test_no_promise_begins_in_the_middle(world, state):
    with transaction():
        shift = make_shift(world.community)
        with pytest.raises(IntegrityError) as refused, attempt():
            db.session.execute(
                text(
                    "insert into signup (shift_id, person_id, state, during, joined_at, rank,"
                    " offer_until, ended_at) values (:shift, :person, :state,"
                    " tstzrange(now(), now() + interval '1 hour'), now(), :rank, :until, :ended)"
                ),
                {
                    "shift": shift.id,
                    "person": world.volunteer.id,
                    "state": state,
                    "rank": 1 if state == "offered" else None,
                    "until": NOON if state == "offered" else None,
                    "ended": None if state == "offered" else NOON,
                },
            )
        assert violated(refused.value) == "signup_steps"
