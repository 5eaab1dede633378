"""The further rules of a shift in the form of a pattern, counted from its start."""

import pytest

from tests.factories.planning import make_pattern
from tests.factories.series import make_series
from tests.planning.test_shift_rules_form import EMPTY, RULES, role
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.planning.models import ShiftPattern


@pytest.fixture
def staff(world, as_person):
    return as_person(world.coordinator)


PATTERN = {"title_zh": "收摊", "begins_after": "240", "minutes": "30", "minimum": "1"} | {
    "capacity": "3",
    "risk_notice_zh": "小心推车",
}


def test_a_pattern_has_the_same_rules(world, staff):
    with transaction():
        series = make_series(world.community)
    page = f"/activities/series/{series.id}/shifts/new"
    rules = {"opens_before": "20160", "closes_before": "1440", "fair_before": "10080"}
    rules |= {name: RULES[name] for name in ("leave_cutoff", "minimum_age", "need")}
    more = staff.post(page, data=PATTERN | EMPTY | {"rows": "1"})
    assert (more.status_code, more.text.count('role="group"')) == (200, 4)
    data = PATTERN | rules | role(0, "引导", "2", "1") | role(1, "做饭", "4", need="first-aid")
    assert staff.post(page, data=data).status_code == 303
    pattern = db.session.query(ShiftPattern).one()
    windows = (pattern.opens_before, pattern.closes_before, pattern.fair_before)
    assert windows == (20_160, 1440, 10_080)
    assert (pattern.leave_cutoff, pattern.minimum_age, pattern.need) == (360, 16, "first-aid")
    assert (pattern.minimum, pattern.capacity) == (1, 6)
    guide, cook = pattern.roles
    assert (guide["title_zh"], cook["need"], "id" in cook) == ("引导", "first-aid", False)
    edit = f"/activities/patterns/{pattern.id}/edit"
    shown = staff.get(edit).text
    assert 'id="more-rules" open' in shown
    assert '<option selected value="20160">14 days before</option>' in shown
    gone = data | {"roles-1-remove": "y"}
    assert staff.post(edit, data=gone).status_code == 303
    db.session.refresh(pattern)
    assert [r["title_zh"] for r in pattern.roles] == ["引导"]
    assert pattern.capacity == 2


def test_a_pattern_that_opens_to_nobody_is_refused_at_its_field(world, staff):
    with transaction():
        pattern = make_pattern(series_id=make_series(world.community).id)
    data = PATTERN | {"opens_before": "1440", "closes_before": "1440", "fair_before": "2880"}
    answer = staff.post(f"/activities/patterns/{pattern.id}/edit", data=data)
    assert answer.status_code == 422
    assert 'id="closes_before-error"' in answer.text
    assert 'id="fair_before-error"' in answer.text
