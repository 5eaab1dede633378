from datetime import timedelta

import pytest

from tests.factories.activities import make_activity
from tests.factories.shifts import make_shift
from volunteer_hub.activities.rules.life import ActivityIsOver, ActivityStepIsForbidden
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.signups.actions import changing

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def test_an_activity_is_called_off_with_its_coming_shifts(world, now, join, sound):
    with transaction():
        activity = make_activity(world.community, starts_at=now - DAY, ends_at=now + 2 * DAY)
        more = {"activity": activity}
        past = make_shift(world.community, starts_at=now - DAY, ends_at=now - 20 * HOUR, **more)
        coming = make_shift(
            world.community, starts_at=now + DAY, ends_at=now + DAY + 2 * HOUR, **more
        )
        draft = make_shift(
            world.community, starts_at=now + DAY, ends_at=now + 2 * DAY, state="draft", **more
        )
    join(coming, world.volunteer)
    with transaction():
        changing.call_off(activity=activity, reason="大风降温", now=now)
    db.session.expire_all()
    states = (activity.state, past.state, coming.state, draft.state)
    assert states == ("cancelled", "published", "cancelled", "cancelled")
    assert sound()
    with pytest.raises(ActivityStepIsForbidden), transaction():
        changing.call_off(activity=activity, reason="大风降温", now=now)


def test_what_has_been_is_not_called_off(world, now):
    with transaction():
        activity = make_activity(world.community, starts_at=now - DAY, ends_at=now)
    with pytest.raises(ActivityIsOver), transaction():
        changing.call_off(activity=activity, reason="大风", now=now)
