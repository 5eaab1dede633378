"""The further rules of a shift in its form: said at the field, kept when refused, saved at once."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.activities import make_activity
from tests.factories.people import make_person
from tests.factories.shifts import make_shift
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.shifts.queries.roles import list_roles
from volunteer_hub.signups.actions import joining
from volunteer_hub.signups.actions.roles import write_roles

DAY = timedelta(days=1)


@pytest.fixture
def staff(world, as_person):
    return as_person(world.coordinator)


@pytest.fixture
def shift(world):
    with transaction():
        return make_shift(world.community, capacity=3)


def written(world, **more):
    return {
        "title_zh": "引导",
        "place": str(world.community.id),
        "starts_at": "2030-12-05T08:00",
        "ends_at": "2030-12-05T12:30",
        "minimum": "0",
        "capacity": "3",
        "risk_notice_zh": "结冰。",
        **more,
    }


def role(number, title, capacity="", minimum="0", **more):
    row = {"id": "", "title_zh": title, "title_en": "", "capacity": capacity, "need": ""}
    row |= {"minimum": minimum, **more}
    return {f"roles-{number}-{name}": value for name, value in row.items()}


EMPTY = role(0, "", "", "") | role(1, "", "", "")  # as a browser sends what is left empty


def form_of(shift, way):
    new = f"/activities/{shift.activity_id}/shifts/new"
    return new if way == "new" else f"/shifts/{shift.id}/edit"


RULES = {
    "opens_at": "2030-11-20T09:00",
    "closes_at": "2030-12-04T18:00",
    "fair_until": "2030-12-01T09:00",
    "leave_cutoff": "360",
    "minimum_age": "16",
    "need": "first-aid",
    "needs_insurance": "y",
    "is_dangerous": "y",
}


def test_a_simple_shift_needs_none_of_the_rules(world, staff):
    with transaction():
        activity = make_activity(world.community)
    page = f"/activities/{activity.id}/shifts/new"
    shown = staff.get(page).text
    assert '<details class="panel mb-3" id="more-rules">' in shown  # closed
    unticked = dict.fromkeys(list(RULES)[:6], "")
    assert staff.post(page, data=written(world) | EMPTY | unticked).status_code == 303
    shift = db.session.query(Shift).one()
    assert (shift.opens_at, shift.closes_at, shift.fair_until, shift.need) == (None,) * 4
    assert (shift.leave_cutoff, shift.is_dangerous, shift.needs_insurance) == (0, False, False)
    assert not shift.by_role


@pytest.mark.parametrize("way", ["new", "edit"])
def test_every_rule_is_saved_and_shown_again(world, staff, shift, way):
    page = (
        f"/activities/{shift.activity_id}/shifts/new"
        if way == "new"
        else f"/shifts/{shift.id}/edit"
    )
    answer = staff.post(page, data=written(world) | RULES)
    assert answer.status_code == 303, answer.text
    saved = db.session.get_one(Shift, int(answer.location.rsplit("/", 1)[1]))
    db.session.refresh(saved)
    assert saved.opens_at == datetime(2030, 11, 20, 1, tzinfo=UTC)
    assert saved.closes_at == datetime(2030, 12, 4, 10, tzinfo=UTC)
    assert saved.fair_until == datetime(2030, 12, 1, 1, tzinfo=UTC)
    assert (saved.leave_cutoff, saved.minimum_age, saved.need) == (360, 16, "first-aid")
    assert (saved.needs_insurance, saved.is_dangerous) == (True, True)
    shown = staff.get(f"/shifts/{saved.id}/edit").text
    assert 'id="more-rules" open' in shown
    assert 'value="2030-11-20T09:00"' in shown
    assert '<option selected value="360">6 hours before</option>' in shown
    assert '<option selected value="first-aid">First aid</option>' in shown
    emptied = written(world) | dict.fromkeys(list(RULES)[:6], "")
    assert staff.post(f"/shifts/{saved.id}/edit", data=emptied).status_code == 303
    db.session.refresh(saved)
    assert (saved.opens_at, saved.need, saved.leave_cutoff) == (None, None, 0)
    assert (saved.needs_insurance, saved.is_dangerous) == (False, False)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"opens_at": "2030-12-05T08:00"}, "opens_at", "Sign-up must open before"),
        ({"closes_at": "2030-12-05T08:01"}, "closes_at", "Sign-up closes at the start"),
        (
            {"opens_at": "2030-12-02T08:00", "closes_at": "2030-12-02T08:00"},
            "closes_at",
            "Sign-up must close after it opens.",
        ),
        ({"fair_until": "2030-12-05T05:01"}, "fair_until", "three hours before the start"),
        ({"opens_at": "soon"}, "opens_at", "Write a date and a time"),
        ({"minimum_age": "121"}, "minimum_age", "Number must be between 0 and 120"),
        ({"need": "juggling"}, "need", "Not a valid choice"),
        ({"leave_cutoff": "17"}, "leave_cutoff", "Not a valid choice"),
        (role(0, "", "3"), "roles-0-title_zh", "Please fill this in."),
        (role(0, "引导", ""), "roles-0-capacity", "Please fill this in."),
        (role(0, "", "", "") | role(1, "引导", "2", "3"), "roles-1-minimum", "Not fewer than 0"),
    ],
)
@pytest.mark.parametrize("way", ["new", "edit"])
def test_what_cannot_be_is_said_at_its_field_and_kept(
    world, staff, shift, changes, field, said, way
):
    page = (
        f"/activities/{shift.activity_id}/shifts/new"
        if way == "new"
        else f"/shifts/{shift.id}/edit"
    )
    data = written(world, tasks_zh="写好的话", leave_cutoff="360") | changes
    answer = staff.post(page, data=data)
    assert answer.status_code == 422
    assert said in answer.text.split(f'id="{field}-error"')[1][:400]
    assert "写好的话" in answer.text
    assert 'id="more-rules" open' in answer.text
    assert "{'" not in answer.text  # rows speak for themselves
    assert db.session.query(Shift).count() == 1


def test_a_published_shift_stays_protected(world, staff, shift):
    answer = staff.post(f"/shifts/{shift.id}/edit", data=written(world, is_dangerous="y"))
    assert answer.status_code == 422
    assert "Dangerous work needs insurance and a training" in answer.text
    assert 'name="is_dangerous"' in answer.text


def test_what_a_shift_has_can_be_kept_though_nobody_would_choose_it(world, staff, shift):
    with transaction():
        shift.leave_cutoff = 95
    page = staff.get(f"/shifts/{shift.id}/edit").text
    assert '<option selected value="95">95 minutes before</option>' in page
    data = written(world, leave_cutoff="95")
    assert staff.post(f"/shifts/{shift.id}/edit", data=data).status_code == 303


def test_roles_are_written_with_the_shift_and_more_rows_are_a_button(world, staff):
    with transaction():
        activity = make_activity(world.community)
    page = f"/activities/{activity.id}/shifts/new"
    assert staff.get(page).text.count('name="roles-') == 2 * 6
    data = written(world) | role(0, "引导", "2", "1", title_en="Guides") | role(1, "做饭", "3")
    more = staff.post(page, data=data | {"rows": "1"})
    assert more.status_code == 200
    assert more.text.count('name="roles-') == 4 * 6
    assert 'value="做饭"' in more.text
    assert db.session.query(Shift).count() == 0
    data |= role(2, "", "", "") | role(3, "洗碗", "1", need="first-aid")
    assert staff.post(page, data=data).status_code == 303
    shift = db.session.query(Shift).one()
    assert (shift.by_role, shift.capacity, shift.minimum) == (True, 6, 1)
    made = [(r.title_zh, r.title_en, r.capacity, r.need) for r in list_roles(shift.id)]
    assert made == [
        ("引导", "Guides", 2, None),
        ("做饭", None, 3, None),
        ("洗碗", None, 1, "first-aid"),
    ]


def test_at_most_twenty_rows(world, staff):
    with transaction():
        activity = make_activity(world.community)
    data = written(world, rows="1")
    for number in range(30):
        data |= role(number, f"岗位{number}", "1")
    answer = staff.post(f"/activities/{activity.id}/shifts/new", data=data)
    assert answer.text.count('role="group"') == 20


@pytest.fixture
def divided(world, shift):
    with transaction():
        roles = [
            {"id": None, "title_zh": title, "title_en": None, "minimum": 0, "need": None}
            | {"capacity": 2}
            for title in ("引导", "做饭")
        ]
        write_roles(shift_id=shift.id, roles=roles, now=utc_now())
    return list_roles(shift.id)


def test_a_role_is_changed_removed_and_added(world, staff, shift, divided):
    guide, cook = divided
    page = f"/shifts/{shift.id}/edit"
    assert "The places are given by role" in staff.get(page).text
    data = written(world) | role(0, "带路", "4", id=guide.id)
    data |= role(1, "做饭", "2", id=cook.id, remove="y") | role(2, "洗碗", "1")
    assert staff.post(page, data=data).status_code == 303
    db.session.expire_all()
    changed, added = list_roles(shift.id)
    assert (changed.id, changed.title_zh, added.title_zh) == (guide.id, "带路", "洗碗")
    assert shift.capacity == 5


def test_a_role_that_somebody_holds_is_not_removed_and_everything_typed_stays(
    world, staff, shift, divided
):
    guide, cook = divided
    with transaction():
        ask = joining.Ask(role_id=cook.id)
        joining.join(shift_id=shift.id, person=world.volunteer, now=utc_now(), ask=ask)
    data = written(world, tasks_zh="写好的话") | role(0, "引导", "2", id=guide.id)
    data |= role(1, "做饭", "2", id=cook.id, remove="y")
    answer = staff.post(f"/shifts/{shift.id}/edit", data=data)
    assert (answer.status_code, "hold the role" in answer.text) == (422, True)
    assert "写好的话" in answer.text
    db.session.expire_all()
    assert shift.tasks_zh == ""  # all or nothing


def test_a_role_of_another_shift_is_not_there(world, staff, shift, divided):
    with transaction():
        other = make_shift(world.community)
    data = written(world) | role(0, "引导", "2", id=divided[0].id)
    assert staff.post(f"/shifts/{other.id}/edit", data=data).status_code == 422
    assert db.session.query(ShiftRole).filter_by(shift_id=other.id).count() == 0


def test_the_form_takes_few_statements(world, staff, shift, divided, queries):
    queries.clear()
    assert staff.get(f"/shifts/{shift.id}/edit").status_code == 200
    assert len(queries) <= 6, queries


def test_volunteers_read_the_rules_on_the_page_of_the_shift(world, shift, divided, as_person):
    with transaction():
        shift.opens_at, shift.closes_at = utc_now() - DAY, shift.starts_at - DAY
        shift.leave_cutoff, shift.need, shift.needs_insurance = 120, "first-aid", True
        divided[1].need = "elder-care"
    page = as_person(make_person("读者")).get(f"/shifts/{shift.id}").text
    for words in ("Roles on this shift", "Care for the elderly, valid until the shift ends."):
        assert words in page
    for words in ("Sign-up", "First aid, valid until", "Insured for the whole shift.", "2 hours"):
        assert words in page
