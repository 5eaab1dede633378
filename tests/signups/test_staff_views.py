from datetime import timedelta

import pytest

from tests.factories.activities import make_activity
from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.shifts.models import Shift

HOUR = timedelta(hours=1)


@pytest.fixture
def staff(world, as_person):
    return as_person(world.coordinator)


@pytest.fixture
def shift(world):
    with transaction():
        return make_shift(world.community, title_en="Front desk")


def written(world, **more):
    return {
        "title_zh": "引导",
        "title_en": "Guiding",
        "place": str(world.community.id),
        "spot_zh": "广场",
        "starts_at": "2030-12-05T08:00",
        "ends_at": "2030-12-05T12:30",
        "minimum": "0",
        "capacity": "3",
        "risk_notice_zh": "结冰。",
        **more,
    }


def test_a_shift_is_planned_published_and_found(world, staff, client):
    with transaction():
        activity = make_activity(world.community, state="draft")
    page = f"/activities/{activity.id}/shifts/new"
    assert staff.get(page).status_code == 200
    answer = staff.post(page, data=written(world))
    assert answer.status_code == 303
    shift = db.session.query(Shift).one()
    assert shift.starts_at.isoformat() == "2030-12-05T00:00:00+00:00"
    assert (shift.state, shift.minimum, shift.spot_zh) == ("draft", 0, "广场")
    assert client.get(answer.location).status_code == 404
    staff.post(f"/shifts/{shift.id}/publish")
    assert "引导" in client.get(answer.location).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title_zh": ""}, "Please fill this in."),
        ({"ends_at": "2030-12-05T08:00"}, "The end must be after the start."),
        ({"minimum": "4"}, "Not fewer than 0 and not more than the places."),
        ({"capacity": "0"}, "capacity"),
        ({"place": "999999"}, "place"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_kept(world, staff, shift, changes, said):
    for page in (f"/activities/{shift.activity_id}/shifts/new", f"/shifts/{shift.id}/edit"):
        answer = staff.post(page, data=written(world, title_en="Kept words") | changes)
        assert answer.status_code == 422
        assert said in answer.text
        assert "Kept words" in answer.text


def test_a_place_outside_the_scope_is_no_choice(world, staff, shift):
    elsewhere = written(world, place=str(world.elsewhere.id))
    assert staff.post(f"/shifts/{shift.id}/edit", data=elsewhere).status_code == 422
    page = staff.get(f"/shifts/{shift.id}/edit").text
    assert "Zhangjiayuan" not in page
    assert "Ganjiaxiang" in page


def test_a_refused_change_is_said_and_what_was_typed_stays(world, staff, shift):
    with transaction():
        for person in (world.volunteer, world.other_volunteer):
            make_signup(shift, person)
    answer = staff.post(f"/shifts/{shift.id}/edit", data=written(world, capacity="1"))
    assert answer.status_code == 409
    assert "1 of 2 stay" in answer.text
    assert 'value="1"' in answer.text


def test_saving_shows_the_new_place_and_time(world, staff, shift):
    answer = staff.post(f"/shifts/{shift.id}/edit", data=written(world))
    assert (answer.status_code, answer.location) == (303, f"/shifts/{shift.id}")
    db.session.expire_all()
    assert (shift.title_en, shift.capacity, shift.revision) == ("Guiding", 3, 1)


def test_publishing_without_risks_is_refused_with_a_sentence(world, staff):
    with transaction():
        shift = make_shift(world.community, state="draft", risk_notice_zh="")
    answer = staff.post(f"/shifts/{shift.id}/publish", follow_redirects=True)
    assert "Write the risk notice first" in answer.text


def test_cancelling_asks_why_and_shows_it_to_everybody(world, staff, client, shift):
    with transaction():
        make_signup(shift, world.volunteer)
    page = staff.get(f"/shifts/{shift.id}/cancel").text
    assert "1 person signed up and will be told." in page
    staff.post(f"/shifts/{shift.id}/cancel", data={"reason": "大风降温"})
    assert "大风降温" in client.get(f"/shifts/{shift.id}").text
    assert "大风降温" in client.get("/activities").text


def test_calling_off_an_activity_cancels_its_shifts(world, staff, client, shift):
    activity_id = shift.activity_id
    assert "1 shift is cancelled with it." in staff.get(f"/activities/{activity_id}/cancel").text
    staff.post(f"/activities/{activity_id}/cancel", data={"reason": "大风降温"})
    db.session.expire_all()
    assert shift.state == "cancelled"


def test_the_workspace_shows_drafts_gaps_and_bare_activities(world, staff, as_person, shift):
    with transaction():
        make_shift(world.community, title_en="A draft role", state="draft")
        make_shift(world.community, title_en="A short role", minimum=3)
        make_activity(world.community, title_en="A bare activity")
        make_shift(world.elsewhere, title_en="Far away")
    page = staff.get("/shifts").text
    for name in ("A draft role", "A short role", "3 too few", "A bare activity", "Front desk"):
        assert name in page
    assert "Far away" not in page
    assert "Far away" in as_person(world.stranger).get("/shifts").text


def test_somebody_is_found_and_signed_up_by_staff(world, staff, shift):
    with transaction():
        guest = make_person("李大爷", home_place_id=world.community.id)
        hidden = make_person("李外人", home_place_id=world.elsewhere.id)
    page = f"/shifts/{shift.id}/roster"
    for asked in ("李", guest.volunteer_no, guest.phone, guest.phone.removeprefix("+86")):
        found = staff.get(page, query_string={"q": asked}).text
        assert "李大爷" in found, asked
        assert "李外人" not in found
    for asked in (hidden.phone, hidden.volunteer_no):
        assert "李外人" not in staff.get(page, query_string={"q": asked}).text
    assert staff.post(page, data={"person": hidden.id}).status_code == 404
    assert staff.post(page, data={"person": guest.id}).status_code == 303
    assert "signed up by staff" in staff.get(page).text
    answer = staff.post(page, data={"person": guest.id}, follow_redirects=True)
    assert "You are signed up for this shift already." in answer.text
    db.session.expire_all()
    assert shift.confirmed == 1


def test_somebody_is_taken_off_by_staff(world, staff, shift):
    with transaction():
        signup = make_signup(shift, world.volunteer)
        other = make_signup(make_shift(world.elsewhere), world.other_volunteer)
    page = f"/shifts/{shift.id}/roster"
    foreign = f"{page}/{other.id}/remove"  # a sign-up of another shift, out of scope
    assert staff.post(foreign, data={}).status_code == 404
    answer = staff.post(f"{page}/{signup.id}/remove", data={"reason": "改派"})
    assert answer.status_code == 303
    staff.get(page)  # says once who was taken off
    assert world.volunteer.name not in staff.get(page).text
    db.session.expire_all()
    assert (signup.state, other.state) == ("cancelled_by_org", "confirmed")


def test_the_roster_of_a_running_shift_is_only_read(world, staff, now):
    with transaction():
        shift = make_shift(world.community, starts_at=now - HOUR, ends_at=now + HOUR)
        make_signup(shift, world.volunteer)
    page = staff.get(f"/shifts/{shift.id}/roster").text
    assert world.volunteer.name in page
    assert "Take off" not in page
    assert "Sign somebody up" not in page


def test_the_roster_takes_few_statements(world, staff, shift, queries):
    with transaction():
        for n in range(5):
            make_signup(shift, make_person(f"人{n}"))
    queries.clear()
    assert staff.get(f"/shifts/{shift.id}/roster").status_code == 200
    assert len(queries) <= 4, queries
