"""Whatever people and staff do in whatever order, the invariants hold after every step."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.people import make_person
from tests.factories.shifts import make_shift
from tests.signups.invariants import faults
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.signups.actions import changing, joining, offers, replacing, reserving
from volunteer_hub.signups.queries import signups

PEOPLE, SHIFTS = 5, 3
HOUR = timedelta(hours=1)
who, which = st.integers(0, PEOPLE - 1), st.integers(0, SHIFTS - 1)
ASKS = {
    "join": joining.Ask(instant=True),
    "ask": joining.Ask(),
    "overbook": joining.Ask(beyond=True),
}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("join"), which, who),
        st.tuples(st.just("join"), which, who),
        st.tuples(st.just("ask"), which, who),
        st.tuples(st.just("leave"), which, who),
        st.tuples(st.just("accept"), which, who),
        st.tuples(st.just("lapse"), which, st.none()),
        st.tuples(st.just("take-over"), which, who),
        st.tuples(st.just("overbook"), which, who),
        st.tuples(st.just("keep"), which, st.integers(1, 2)),
        st.tuples(st.just("cut"), which, st.integers(1, 2)),
        st.tuples(st.just("resize"), which, st.integers(1, 4)),
        st.tuples(st.just("move"), which, st.integers(0, 3)),
        st.tuples(st.just("cancel"), which, st.none()),
    ),
    min_size=4,
    max_size=24,
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_random_steps(world, steps):
    base = utc_now() + timedelta(days=2)
    with transaction():
        people = [make_person(f"人{n}") for n in range(PEOPLE)]
        # the first two overlap, the third begins as the first ends
        shifts = [
            make_shift(world.community, capacity=2, starts_at=base + begin, ends_at=base + end)
            for begin, end in ((0 * HOUR, 2 * HOUR), (HOUR, 3 * HOUR), (2 * HOUR, 4 * HOUR))
        ]
    for step, number, value in steps:
        shift = shifts[number]
        try:
            with transaction():
                take(step, shift, value, people=people, base=base)
        except Refusal:
            pass
        assert faults() == [], (step, number, value)


def take(step, shift, value, *, people, base):
    now, this = utc_now(), {"shift_id": shift.id}
    if step in ASKS:
        joining.join(**this, person=people[value], now=now, ask=ASKS[step])
    elif step in ("leave", "accept", "take-over"):
        answer(step, shift, value, people=people, now=now)
    elif step == "lapse":
        offers.lapse(now=now + timedelta(days=1))
    elif step == "keep":
        reserving.keep_places(**this, places=value, now=now)
    elif step == "cut":
        reserving.release_places(**this, places=9, now=now)
        staying = [s.id for s in signups.list_live(shift.id) if s.state == "confirmed"][:value]
        changing.change_shift(**this, now=now, capacity=value, minimum=0, staying=staying)
    elif step == "resize":
        changing.change_shift(**this, now=now, capacity=value, minimum=0)
    elif step == "move":
        times = {"starts_at": base + value * HOUR, "ends_at": base + (value + 2) * HOUR}
        changing.change_shift(**this, now=now, **times)
    else:
        changing.cancel_shift(**this, reason="大风", now=now)


def answer(step, shift, value, *, people, now):
    mine = signups.find_live(shift.id, person_id=people[value].id)
    if mine is None:
        return
    if step == "leave":
        joining.leave(signup_id=mine.id, now=now, by=None, by_staff=bool(value % 2))
    elif step == "accept":
        offers.accept(signup_id=mine.id, now=now)
    else:
        other = people[(value + 1) % PEOPLE]
        replacing.take_over(signup_id=mine.id, person=other, now=now)
