from datetime import timedelta

import pytest

from tests.factories.activities import make_activity
from tests.factories.planning import a_pattern, make_pattern, make_template
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.activities.models import Activity
from volunteer_hub.activities.queries.activities import get_activity
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.planning.actions import laying_out, patterns, templates
from volunteer_hub.planning.models import ShiftPattern
from volunteer_hub.planning.queries.patterns import list_patterns
from volunteer_hub.shifts.actions.words import RoleWords, Words
from volunteer_hub.shifts.queries.roles import list_roles
from volunteer_hub.signups.actions.roles import write_roles

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DANGEROUS = {"is_dangerous": True, "needs_insurance": True, "need": "first-aid"}


@pytest.fixture
def now():
    return utc_now().replace(microsecond=0)


@pytest.fixture
def market(world, now):
    """A market that has been, with two shifts, one of them elsewhere, called off, and dangerous."""
    with transaction():
        past = now - 7 * DAY
        activity = make_activity(world.community, starts_at=past, description_zh="带来，带走。")
        plain = make_shift(world.community, activity=activity, tasks_zh="引导", minimum_age=16)
        make_signup(plain, world.volunteer)
        make_shift(
            world.neighbour,
            activity=activity,
            starts_at=past + HOUR,
            opens_at=past - DAY,
            closes_at=past,
            leave_cutoff=120,
            state="cancelled",
            reason="大风",
            **DANGEROUS,
        )
    return get_activity(activity.id)


def copied(market, at, now):
    with transaction():
        return templates.copy_activity(activity=market, starts_at=at, created_by=None, now=now)


def kept(market, now, name="集市"):
    with transaction():
        return templates.make_template(activity=market, name=name, created_by=None, now=now)


def used(template, place, at, now):
    with transaction():
        return templates.use_template(
            template=template, place=place, starts_at=at, created_by=None, now=now
        )


def test_a_copy_has_the_words_and_the_shifts_and_nobody(market, world, now, shifts_of):
    copy = copied(market, now + DAY, now)
    assert (copy.title_zh, copy.description_zh, copy.state) == ("共享集市", "带来，带走。", "draft")
    assert copy.span == (now + DAY, now + DAY + 3 * HOUR)
    (shift,) = shifts_of(copy)
    assert (shift.tasks_zh, shift.minimum_age, shift.capacity) == ("引导", 16, 5)
    assert (shift.span, shift.state, shift.confirmed) == (copy.span, "draft", 0)


def test_a_copy_of_what_was_called_off_has_the_shifts_called_off_with_it(market, now, shifts_of):
    with transaction():
        market.state, market.reason = "cancelled", "大风"
    copy = copied(market, now + 9 * DAY, now)
    _plain, moved = shifts_of(copy)
    at = copy.starts_at
    assert (moved.starts_at, moved.opens_at, moved.closes_at) == (at + HOUR, at - DAY, at)
    assert (moved.place_id, moved.leave_cutoff) == (list(shifts_of(market))[1].place_id, 120)
    assert {name: getattr(moved, name) for name in DANGEROUS} == DANGEROUS


def test_roles_are_copied(world, now, shifts_of):
    role = {"title_zh": "剪发", "title_en": "Haircuts", "minimum": 1, "capacity": 2, "need": None}
    with transaction():
        activity = make_activity(world.community)
        shift = make_shift(world.community, activity=activity)
        write_roles(shift_id=shift.id, roles=[RoleWords(id=None, **role)], now=now)
    (shift,) = shifts_of(copied(get_activity(activity.id), now + 30 * DAY, now))
    assert (shift.by_role, shift.capacity, shift.minimum) == (True, 2, 1)
    (copy,) = list_roles(shift.id)
    assert {name: getattr(copy, name) for name in role} == role


def test_a_template_begins_others_at_another_place(market, world, now, shifts_of):
    template = kept(market, now)
    assert (template.minutes, template.title_zh) == (180, "共享集市")
    activity = used(template, world.neighbour, now + DAY, now)
    (shift,) = shifts_of(activity)
    assert (activity.place_id, shift.place_id) == (world.neighbour.id,) * 2
    assert (activity.span, shift.span) == ((now + DAY, now + DAY + 3 * HOUR),) * 2


def test_one_name_once_at_a_place(market, world, now):
    kept(market, now)
    with pytest.raises(BrokenInput) as broken:
        kept(market, now)
    assert [field for field, _said in broken.value.errors] == ["name"]
    kept(get_activity(market.id), now, name="另一个")


def test_nothing_is_planned_for_what_has_been(market, world, now):
    template = kept(market, now)
    with pytest.raises(BrokenInput):
        copied(market, now, now)
    with pytest.raises(BrokenInput):
        used(template, world.community, now, now)
    assert db.session.query(Activity).count() == 1


def test_a_template_is_forgotten_with_its_patterns_and_what_came_from_it_stays(market, world, now):
    template = kept(market, now)
    used(template, world.community, now + DAY, now)
    with transaction():
        templates.remove_template(template=template)
    assert db.session.query(ShiftPattern).count() == 0
    assert db.session.query(Activity).count() == 2


def test_whatever_a_shift_says_a_pattern_keeps():
    """A new word of a shift is a new column here, or it is lost on every copy."""
    columns = {column.key for column in ShiftPattern.__table__.columns}
    moments = set(laying_out.BEFORE)
    assert set(Words.__annotations__) - moments <= columns
    assert set(laying_out.BEFORE.values()) <= columns
    assert moments <= set(Words.__annotations__)


SHAPE = {"title_zh": "收摊", "begins_after": 240, "minutes": 30, "capacity": 3, "minimum": 1}


def add(owner, *, made_too=True, **shape):
    with transaction():
        return patterns.add_pattern(
            owner=owner, made_too=made_too, by=None, now=utc_now(), **(SHAPE | shape)
        )


def days(series, shifts_of):
    found = db.session.query(Activity).filter_by(series_id=series.id).order_by(Activity.nominal_on)
    return [[(s.title_zh, s.state) for s in shifts_of(day)] for day in found]


def test_a_new_shift_comes_to_the_days_that_are_made(world, begin, shifts_of):
    series = begin(world.community, patterns=[])
    add(series, risk_notice_zh="小心推车")
    opened, draft = [("收摊", "published")], [("收摊", "draft")]
    assert days(series, shifts_of) == [opened, draft, opened]  # February waits for a choice


def test_or_only_to_those_that_are_made_later(world, begin, shifts_of):
    series = begin(world.community, patterns=[])
    add(series, made_too=False)
    assert days(series, shifts_of) == [[], [], []]


def test_other_drafts_stay_drafts(world, begin, shifts_of):
    series = begin(world.community, patterns=[a_pattern(risk_notice_zh="")])
    with transaction():
        for day in db.session.query(Activity).filter_by(series_id=series.id):
            shifts_of(day)[0].risk_notice_zh = "小心"
    add(series, risk_notice_zh="小心推车")
    assert days(series, shifts_of)[0] == [("引导与签到", "draft"), ("收摊", "published")]


@pytest.mark.parametrize(
    ("shape", "fields"),
    [
        ({"begins_after": 10_081}, ["begins_after"]),
        ({"begins_after": -10_081}, ["begins_after"]),
        ({"minutes": 0}, ["minutes"]),
        ({"capacity": 0}, ["capacity", "minimum"]),
        ({"minimum": 4}, ["minimum"]),
        ({"minimum": -1, "minutes": 10_081}, ["minutes", "minimum"]),
    ],
)
def test_what_no_pattern_can_be(world, app, shape, fields):
    with transaction():
        template = make_template(world.community)
    with pytest.raises(BrokenInput) as broken:
        add(template, **shape)
    assert [field for field, _said in broken.value.errors] == fields
    pattern = add(template)
    with pytest.raises(BrokenInput), transaction():
        patterns.change_pattern(pattern=pattern, owner=template, **shape)
    db.session.expire_all()
    assert {name: getattr(pattern, name) for name in SHAPE} == SHAPE


def test_a_pattern_is_changed_and_removed(world, app):
    with transaction():
        template = make_template(world.community)
        pattern = make_pattern(template_id=template.id)
    with transaction():
        patterns.change_pattern(pattern=pattern, owner=template, capacity=9)
    assert [p.capacity for p in list_patterns(template_id=template.id)] == [9]
    with transaction():
        patterns.remove_pattern(pattern=pattern, owner=template)
    assert list_patterns(template_id=template.id) == []
