"""Whatever groups and staff do in whatever order, what a shift keeps is what its reservations have
left."""

import re
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.factories.groups import make_companion
from tests.factories.people import make_person
from tests.factories.shifts import make_shift
from tests.people.outbox import letters
from tests.signups.invariants import faults
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.groups.actions import reservations
from volunteer_hub.groups.actions.together import Helper, join_together
from volunteer_hub.groups.queries.reservations import get_by_token
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.signups.actions import changing, joining, offers
from volunteer_hub.signups.queries import signups

FAMILIES, SIZE = 3, 2
who = st.integers(0, FAMILIES - 1)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["reserve", "take", "take", "end", "whole", "each", "leave", "lapse", "resize", "off"]
        ),
        who,
    ),
    min_size=4,
    max_size=16,
)
KEPT_IS_LEFT = """
    select s.id from shift s left join reservation r on r.shift_id = s.id and r.state = 'open'
    where s.state = 'published'
    group by s.id having s.reserved <> coalesce(sum(r.places - r.taken), 0)"""


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_random_steps(world, steps):
    base = utc_now() + timedelta(days=3)
    with transaction():
        helpers = [make_person(f"家长{n}") for n in range(FAMILIES)]
        families = [[helper.id, make_companion(helper).person_id] for helper in helpers]
        times = {"starts_at": base, "ends_at": base + timedelta(hours=2)}
        shift_id = make_shift(world.community, capacity=4, **times).id
    links: list[str] = []
    for step, number in steps:
        try:
            with transaction():
                do(step, families[number], shift_id=shift_id, links=links, world=world, base=base)
        except Refusal:
            pass
        assert faults() == [], (step, number)
        assert db.session.scalars(text(KEPT_IS_LEFT)).all() == [], (step, number)


def do(step, family, *, shift_id, links, world, base):
    now, this = utc_now(), {"shift_id": shift_id}
    helper = Helper(get_person(family[0]))
    if step == "reserve":
        until = {"until": base - timedelta(days=1), "by": world.coordinator.id, "now": now}
        group = reservations.Group("队", None, world.partner_contact)
        reservations.reserve(**this, group=group, places=2, **until)
        links.append(newest_link())
    elif step == "take" and links:
        wish = {"token": links[-1], "people": family, "role_id": None, "now": now}
        assert len(reservations.take(**wish, helper=helper)) == SIZE
    elif step == "end" and links:
        reservations.end(reservation_id=get_by_token(links[-1]).id, by=family[0], now=now)
    elif step in ("whole", "each"):
        wish = {"people": family, "role_id": None, "whole": step == "whole", "now": now}
        join_together(**this, helper=helper, **wish)
    elif step == "leave":
        mine = signups.find_live(shift_id, person_id=family[0])
        if mine:
            joining.leave(signup_id=mine.id, now=now, by=family[0], by_staff=False)
    elif step == "lapse":
        offers.lapse(now=now + timedelta(days=1))
    elif step == "resize":
        changing.change_shift(**this, now=now, capacity=2 + len(links), minimum=0)
    elif len(links) > 2:
        changing.cancel_shift(**this, reason="大风", now=now)


def newest_link():
    found = re.search(r"/groups/reservations/(\S+)", letters("places-kept")[-1].body_text)
    return found[1]
