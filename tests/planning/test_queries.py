from tests.factories.activities import make_activity
from tests.factories.shifts import make_shift
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.planning.queries import workspace as queries


def test_activities_that_have_no_shift_yet(world):
    with transaction():
        bare = make_activity(world.community, state="draft")
        make_shift(world.community)
        make_activity(world.elsewhere)
        make_activity(world.community, state="cancelled", reason="大风")
    found = queries.list_bare_activities((world.community.path,), now=utc_now())
    assert [activity.id for activity in found] == [bare.id]
