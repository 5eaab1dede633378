"""Fewer places than people: the page that asks who stays, and what it keeps."""

import re
from datetime import timedelta

import pytest

from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.signups.invariants import faults
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.messages.models import Message
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.queries.roles import list_roles
from volunteer_hub.signups.actions import joining
from volunteer_hub.signups.actions.roles import write_roles
from volunteer_hub.signups.models import Signup

NAMES = ("甲", "乙", "丙")
DAY = timedelta(days=1)


@pytest.fixture
def staff(world, as_person):
    return as_person(world.coordinator)


def join(shift, person, role=None):
    with transaction():
        ask = joining.Ask(role_id=role.id if role else None)
        return joining.join(shift_id=shift.id, person=person, now=utc_now(), ask=ask)


@pytest.fixture
def full(world):
    """A shift of three places, and three people on it."""
    with transaction():
        shift = make_shift(world.community, capacity=3)
        people = [make_person(name) for name in NAMES]
    return shift, [join(shift, person) for person in people]


def written(world, shift, **more):
    local = "%Y-%m-%dT%H:%M"
    eight = timedelta(hours=8)
    return {
        "title_zh": "写好的岗位",
        "title_en": 'Typed "words"',
        "place": str(world.community.id),
        "starts_at": (shift.starts_at + eight).strftime(local),
        "ends_at": (shift.ends_at + eight).strftime(local),
        "minimum": "0",
        "capacity": "2",
        "tasks_zh": "第一行\n第二行",
        "risk_notice_zh": "结冰。",
        "leave_cutoff": "360",
        **more,
    }


def typed_again(page):
    """Read the hidden fields of the page, as a browser would send them."""
    form = page.text.split('<form method="post"')[-1]
    found = re.findall(r'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', form)
    fields = {}
    for name, value in found:
        if name == "among":
            fields.setdefault("among", []).append(value)
        elif name != "csrf_token":
            fields[name] = value.replace("&#34;", '"').replace("&#39;", "'")
    return fields


def states(signups):
    db.session.expire_all()
    return [signup.state for signup in signups]


def test_fewer_places_than_people_lead_to_a_page_that_asks(world, staff, full):
    shift, signups = full
    one = db.session.get_one(Person, signups[1].person_id)
    with transaction():
        before = make_shift(
            world.community, starts_at=utc_now() - 9 * DAY, ends_at=utc_now() - 8 * DAY
        )
        make_signup(before, one)
        long_ago = make_shift(
            world.community, starts_at=utc_now() - 99 * DAY, ends_at=utc_now() - 98 * DAY
        )
        make_signup(long_ago, one)
    page = staff.post(f"/shifts/{shift.id}/edit", data=written(world, shift))
    assert page.status_code == 409
    assert "Who stays?" in page.text
    assert "2 of 3 stay" in page.text
    assert "Tick exactly 2 people." in page.text
    assert "checked" not in page.text
    rows = page.text.split('class="form-check boxed mb-2"')[1:]
    assert [name in row for name, row in zip(NAMES, rows, strict=True)] == [True] * 3
    assert ["served 1 time" in row for row in rows] == [False, True, False]
    assert ["served 0 times" in row for row in rows] == [True, False, True]
    assert all("signed up on" in row for row in rows)
    db.session.expire_all()
    assert (shift.capacity, shift.tasks_zh) == (3, "")
    assert states(signups) == ["confirmed"] * 3


def test_what_was_typed_and_who_stays_are_saved_at_once(world, staff, full):
    shift, signups = full
    page = staff.post(f"/shifts/{shift.id}/edit", data=written(world, shift))
    again = typed_again(page)
    assert again == written(world, shift) | {"among": [str(s.id) for s in signups]}
    chosen = again | {"staying": [signups[0].id, signups[2].id]}
    answer = staff.post(f"/shifts/{shift.id}/edit", data=chosen, follow_redirects=True)
    assert "1 person stands first in line now and is told." in answer.text
    assert states(signups) == ["confirmed", "waitlisted", "confirmed"]
    assert (shift.capacity, shift.leave_cutoff) == (2, 360)
    assert shift.title_en == 'Typed "words"'
    assert shift.tasks_zh.splitlines() == ["第一行", "第二行"]
    told = db.select(Message.recipient_id).filter_by(kind="shift-back-in-line", channel="email")
    assert list(db.session.scalars(told)) == [signups[1].person_id]
    assert faults() == []


@pytest.mark.parametrize("ticked", [[], [0], [0, 1, 2]])
def test_too_few_or_too_many_are_said_and_nothing_is_lost(world, staff, full, ticked):
    shift, signups = full
    first = staff.post(f"/shifts/{shift.id}/edit", data=written(world, shift))
    staying = [signups[n].id for n in ticked]
    page = staff.post(f"/shifts/{shift.id}/edit", data=typed_again(first) | {"staying": staying})
    assert page.status_code == 422
    assert "Choose exactly 2 people who stay." in page.text
    assert page.text.count("checked") == len(ticked)
    assert typed_again(page) == typed_again(first)
    assert states(signups) == ["confirmed"] * 3


def test_the_numbers_can_be_changed_again(world, staff, full):
    shift, _signups = full
    first = staff.post(f"/shifts/{shift.id}/edit", data=written(world, shift))
    page = staff.post(f"/shifts/{shift.id}/edit", data=typed_again(first) | {"again": "1"})
    assert page.status_code == 200
    assert 'value="写好的岗位"' in page.text
    assert "第二行" in page.text
    assert "Edit the shift" in page.text


def test_who_joined_meanwhile_is_on_the_fresh_list(world, staff, full):
    shift, signups = full
    with transaction():
        shift.capacity = 4
    first = staff.post(f"/shifts/{shift.id}/edit", data=written(world, shift))
    late = join(shift, world.volunteer)
    staying = [signups[0].id, signups[1].id]
    page = staff.post(f"/shifts/{shift.id}/edit", data=typed_again(first) | {"staying": staying})
    assert page.status_code == 409
    assert "Somebody joined or left meanwhile. Please choose again." in page.text
    assert world.volunteer.name in page.text
    assert page.text.count("checked") == 2
    assert states([*signups, late]) == ["confirmed"] * 4
    done = staff.post(f"/shifts/{shift.id}/edit", data=typed_again(page) | {"staying": staying})
    assert done.status_code == 303
    assert states([*signups, late]) == ["confirmed"] * 2 + ["waitlisted"] * 2
    assert faults() == []


def test_who_left_meanwhile_is_not_on_it_any_more(world, staff, full):
    shift, signups = full
    data = written(world, shift, capacity="1")
    first = staff.post(f"/shifts/{shift.id}/edit", data=data)
    with transaction():
        joining.leave(signup_id=signups[0].id, now=utc_now(), by=None, by_staff=False)
    again = typed_again(first) | {"staying": [signups[0].id]}
    page = staff.post(f"/shifts/{shift.id}/edit", data=again)
    assert (page.status_code, "Please choose again" in page.text) == (409, True)
    assert page.text.count('name="staying"') == 2
    assert "checked" not in page.text


def test_if_enough_left_meanwhile_nobody_is_asked(world, staff, full):
    shift, signups = full
    first = staff.post(f"/shifts/{shift.id}/edit", data=written(world, shift))
    with transaction():
        joining.leave(signup_id=signups[0].id, now=utc_now(), by=None, by_staff=False)
    again = typed_again(first) | {"staying": [signups[0].id, signups[1].id]}
    answer = staff.post(f"/shifts/{shift.id}/edit", data=again, follow_redirects=True)
    assert "Saved." in answer.text
    assert states(signups)[1:] == ["confirmed"] * 2
    db.session.refresh(shift)
    assert shift.capacity == 2


def test_places_kept_for_groups_are_nobodys_choice(world, staff, full):
    shift, signups = full
    with transaction():
        shift.capacity, shift.reserved = 5, 2
    page = staff.post(f"/shifts/{shift.id}/edit", data=written(world, shift, capacity="3"))
    assert "1 of 3 stay" in page.text
    chosen = typed_again(page) | {"staying": [signups[0].id]}
    assert staff.post(f"/shifts/{shift.id}/edit", data=chosen).status_code == 303
    assert states(signups) == ["confirmed", "waitlisted", "waitlisted"]
    few = written(world, shift, capacity="1")
    refused = staff.post(f"/shifts/{shift.id}/edit", data=few)
    assert (refused.status_code, "are kept for groups" in refused.text) == (422, True)


def test_staff_of_elsewhere_choose_nobody(world, as_person, full):
    shift, signups = full
    data = written(world, shift) | {"among": [s.id for s in signups], "staying": [signups[0].id]}
    answer = as_person(world.stranger).post(f"/shifts/{shift.id}/edit", data=data)
    assert answer.status_code == 404
    assert states(signups) == ["confirmed"] * 3


@pytest.fixture
def divided(world):
    """Two roles of two places each, and two people in each."""
    with transaction():
        shift = make_shift(world.community, capacity=4)
        words = {"id": None, "title_en": None, "minimum": 0, "capacity": 2, "need": None}
        roles = [words | {"title_zh": title} for title in ("引导", "做饭")]
        write_roles(shift_id=shift.id, roles=roles, now=utc_now())
        people = [make_person(name) for name in (*NAMES, "丁")]
    roles = list_roles(shift.id)
    return shift, roles, [join(shift, one, roles[n // 2]) for n, one in enumerate(people)]


def rows(roles, *places):
    data = {}
    for n, (role, most) in enumerate(zip(roles, places, strict=True)):
        row = {"id": role.id, "title_zh": role.title_zh, "minimum": "0", "capacity": most}
        data |= {f"roles-{n}-{name}": str(value) for name, value in row.items()}
    return data


def test_one_role_is_cut_and_only_its_people_are_asked_about(world, staff, divided):
    shift, roles, signups = divided
    data = written(world, shift) | rows(roles, 2, 1)
    page = staff.post(f"/shifts/{shift.id}/edit", data=data)
    assert page.status_code == 409
    assert "1 of 2 stay" in page.text
    shown = re.findall(r'name="staying"\s+value="(\d+)"', page.text)
    assert shown == [str(s.id) for s in signups[2:]]
    chosen = typed_again(page) | {"staying": [signups[3].id]}
    assert staff.post(f"/shifts/{shift.id}/edit", data=chosen).status_code == 303
    assert states(signups) == ["confirmed", "confirmed", "waitlisted", "confirmed"]
    db.session.expire_all()
    assert [role.capacity for role in list_roles(shift.id)] == [2, 1]
    assert (shift.capacity, shift.title_zh) == (3, "写好的岗位")
    told = db.select(Message.recipient_id).filter_by(kind="shift-back-in-line", channel="email")
    assert list(db.session.scalars(told)) == [signups[2].person_id]
    assert faults() == []


def test_two_roles_are_cut_and_each_is_asked_about(world, staff, divided):
    shift, roles, signups = divided
    page = staff.post(f"/shifts/{shift.id}/edit", data=written(world, shift) | rows(roles, 1, 1))
    assert page.text.count("1 of 2 stay") == 2
    wrong = typed_again(page) | {"staying": [signups[0].id, signups[1].id]}
    assert staff.post(f"/shifts/{shift.id}/edit", data=wrong).status_code == 422
    right = typed_again(page) | {"staying": [signups[1].id, signups[2].id]}
    assert staff.post(f"/shifts/{shift.id}/edit", data=right).status_code == 303
    assert states(signups) == ["waitlisted", "confirmed", "confirmed", "waitlisted"]
    ranks = [s.rank for s in db.session.query(Signup).filter(Signup.rank.isnot(None))]
    assert len(set(ranks)) == 2
    assert faults() == []


def test_the_page_takes_few_statements(world, staff, full, queries):
    shift, _signups = full
    queries.clear()
    staff.post(f"/shifts/{shift.id}/edit", data=written(world, shift))
    assert len(queries) <= 16, len(queries)
