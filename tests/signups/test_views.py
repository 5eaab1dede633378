from datetime import timedelta
from urllib.parse import unquote

import pytest

from tests.factories.activities import make_activity
from tests.factories.people import make_person
from tests.factories.projects import make_project
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.foundation.bells import person_left
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.signups.models import Signup

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
YES = {"risk": "y"}


@pytest.fixture
def shift(world):
    with transaction():
        return make_shift(
            world.community,
            tasks_zh="帮居民登记。",
            tasks_en="Help people check in.",
            requirements_en="Comfortable shoes.",
            spot_en="the square",
            minimum_age=16,
        )


def states(person):
    db.session.expire_all()
    found = db.session.query(Signup).filter_by(person_id=person.id).order_by(Signup.id)
    return [signup.state for signup in found]


def test_the_list_groups_what_comes_by_week(world, client, now):
    with transaction():
        make_shift(world.community, starts_at=now + HOUR, ends_at=now + 2 * HOUR)
        make_shift(world.community, starts_at=now + 30 * DAY, ends_at=now + 31 * DAY)
        make_shift(world.community, state="draft", title_en="A secret draft")
    page = client.get("/activities", headers={"Accept-Language": "en"}).text
    assert "This week" in page
    assert "Later" in page
    assert "Sharing Market" in page
    assert "A secret draft" not in page
    assert "2 shifts" in page
    assert "10 places free" in page


def test_the_list_is_narrowed_by_its_address(world, client, now):
    with transaction():
        project = make_project(world.neighbour)
        activity = make_activity(world.neighbour, project_id=project.id, title_en="Evening class")
        make_shift(world.neighbour, activity=activity)
        make_shift(world.community, capacity=1, confirmed=1)
    for query, there in (
        ("", {"Sharing Market", "Evening class"}),
        ("?place=xibeixincun", {"Evening class"}),
        ("?place=ganjiaxiang", {"Sharing Market"}),
        (f"?project={project.id}", {"Evening class"}),
        ("?free=y", {"Evening class"}),
        (f"?from={(now + 9 * DAY).date()}", set()),
        ("?place=ganjiaxiang&free=y", set()),
    ):
        page = client.get(f"/activities{query}", headers={"Accept-Language": "en"}).text
        assert {name for name in ("Sharing Market", "Evening class") if name in page} == there, (
            query
        )
        if "place=ganjiaxiang" in query:
            assert '<option selected value="ganjiaxiang">' in page  # kept in the form


@pytest.mark.parametrize("query", ["?place=nowhere", "?from=tomorrow", "?project=abc"])
def test_a_filter_that_cannot_be_read_says_so_and_narrows_nothing(world, client, shift, query):
    page = client.get(f"/activities{query}", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "is-invalid" in page.text
    assert "Sharing Market" in page.text


def test_the_list_is_paged(world, client, now):
    with transaction():
        activity = make_activity(world.community)
        for n in range(23):
            starts_at = now + DAY + n * HOUR
            make_shift(
                world.community, activity=activity, starts_at=starts_at, ends_at=starts_at + HOUR
            )
    first = client.get("/activities?free=y").text
    assert first.count('<time class="plate"') == 20
    (link,) = [part.split('"')[0] for part in first.split('href="') if "after=" in part]
    assert "free=y" in link
    second = client.get(link.replace("&amp;", "&")).text
    assert second.count('<time class="plate"') == 3


def test_the_list_takes_few_statements(world, as_person, now, queries):
    with transaction():
        for _ in range(20):
            make_shift(world.community)
    browser = as_person(world.volunteer)
    queries.clear()
    assert browser.get("/activities").status_code == 200
    assert len(queries) <= 6, queries


def test_a_shift_shows_all_one_must_know_before_the_form(client, shift):
    page = client.get(f"/shifts/{shift.id}", headers={"Accept-Language": "en"}).text
    for said in (
        "Sharing Market",
        "Guiding and check-in",
        "the square",
        "16 years or older",
        "Comfortable shoes.",
        "Help people check in.",
        "5 places, 0 taken",
        "counts 3 hours",
    ):
        assert said in page
    assert page.index("The square may be icy") < page.index('name="risk"')


def test_a_shift_takes_few_statements(world, as_person, shift, queries):
    browser = as_person(world.volunteer)
    queries.clear()
    assert browser.get(f"/shifts/{shift.id}").status_code == 200
    assert len(queries) <= 4, queries


def test_a_volunteer_joins_and_leaves(world, as_person, shift):
    browser, where = as_person(world.volunteer), f"/shifts/{shift.id}"
    answer = browser.post(f"{where}/join", data=YES)
    assert (answer.status_code, answer.location) == (303, where)
    page = browser.get(where).text
    assert "You have a place" in page
    assert "We will remind you" in page
    assert states(world.volunteer) == ["confirmed"]
    assert browser.post(f"{where}/leave").status_code == 303
    assert states(world.volunteer) == ["cancelled_by_volunteer"]
    assert browser.post(f"{where}/leave").status_code == 404  # nothing left to give back


def test_a_full_shift_offers_its_line(world, as_person):
    with transaction():
        shift = make_shift(world.community, capacity=1)
        make_signup(shift, world.other_volunteer)
    browser, where = as_person(world.volunteer), f"/shifts/{shift.id}"
    assert "Put me on the waitlist" in browser.get(where).text
    browser.post(f"{where}/join", data=YES)
    page = browser.get(where).text
    assert "You are number <b>1</b> on the waitlist" in page
    assert "Leave the waitlist" in page
    browser.post(f"{where}/leave")
    assert states(world.volunteer) == ["cancelled_by_volunteer"]


def test_nobody_joins_without_having_read_the_risks(world, as_person, shift):
    for browser in (as_person(world.volunteer), as_person(None)):
        answer = browser.post(f"/shifts/{shift.id}/join", data={})
        assert answer.status_code == 422
        assert "Please tick that you have read the risk notice." in answer.text
    assert states(world.volunteer) == []


def test_a_refusal_is_said_on_the_page(world, as_person, shift, now):
    with transaction():
        other = make_shift(world.community, starts_at=shift.starts_at, ends_at=shift.ends_at)
        make_signup(other, world.volunteer)
    browser = as_person(world.volunteer)
    answer = browser.post(f"/shifts/{shift.id}/join", data=YES, follow_redirects=True)
    assert "You already serve at that time: Sharing Market." in answer.text
    assert states(world.volunteer) == ["confirmed"]


def test_a_visitor_is_signed_up_as_soon_as_they_are_signed_in(world, as_person, shift):
    browser, where = as_person(None), f"/shifts/{shift.id}"
    answer = browser.post(f"{where}/join", data=YES)
    assert answer.status_code == 303
    assert unquote(answer.location) == f"/sign-in?next={where}/join"
    sign_in(browser, world.volunteer)
    answer = browser.get(f"{where}/join")
    assert (answer.status_code, answer.location) == (303, where)
    assert states(world.volunteer) == ["confirmed"]
    browser.get(f"{where}/join")  # the wish was fulfilled once
    assert states(world.volunteer) == ["confirmed"]


def test_a_link_alone_signs_nobody_up(world, as_person, shift):
    browser, where = as_person(world.volunteer), f"/shifts/{shift.id}"
    answer = browser.get(f"{where}/join")
    assert answer.location == f"{where}#signup"
    assert states(world.volunteer) == []


def test_a_wish_is_for_one_shift_and_half_an_hour(world, as_person, shift):
    with transaction():
        other = make_shift(world.community)
    browser = as_person(None)
    browser.post(f"/shifts/{shift.id}/join", data=YES)
    sign_in(browser, world.volunteer)
    browser.get(f"/shifts/{other.id}/join")
    assert states(world.volunteer) == []
    browser = as_person(None)
    browser.post(f"/shifts/{shift.id}/join", data=YES)
    sign_in(browser, world.volunteer)
    with browser.session_transaction() as session:
        session["intent"] = {**session["intent"], "at": session["intent"]["at"] - 1801}
    browser.get(f"/shifts/{shift.id}/join")
    assert states(world.volunteer) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"state": "cancelled", "reason": "大风降温"}, "大风降温"),
        ({"begins": -HOUR}, "This shift has begun"),
        ({"begins": -5 * HOUR}, "This shift is over"),
    ],
)
def test_what_cannot_be_joined_has_no_form(world, client, now, facts, said):
    if "begins" in facts:
        starts_at = now + facts["begins"]
        facts = {"starts_at": starts_at, "ends_at": starts_at + 3 * HOUR}
    with transaction():
        shift = make_shift(world.community, **facts)
    page = client.get(f"/shifts/{shift.id}", headers={"Accept-Language": "en"}).text
    assert said in page
    assert 'name="risk"' not in page


def test_an_activity_shows_its_shifts(world, client, as_person):
    with transaction():
        activity = make_activity(world.community, description_en="Bring and take.")
        make_shift(world.community, activity=activity, title_en="Front desk")
        make_shift(world.community, activity=activity, title_en="A draft role", state="draft")
    page = client.get(f"/activities/{activity.id}", headers={"Accept-Language": "en"}).text
    assert "Bring and take." in page
    assert "Front desk" in page
    assert "A draft role" not in page
    assert "A draft role" in as_person(world.coordinator).get(f"/activities/{activity.id}").text


def test_an_activity_s_reason_is_read_by_everybody(world, client):
    with transaction():
        activity = make_activity(world.community, state="cancelled", reason="大风降温")
    assert "大风降温" in client.get(f"/activities/{activity.id}").text


def test_a_closed_account_frees_its_places(world, shift, join):
    with transaction():
        shift.capacity = 1
        late = make_person("晚来的")
    join(shift, world.volunteer)
    join(shift, late)
    with transaction():
        person_left.send(person_id=world.volunteer.id)
    assert states(world.volunteer) == ["cancelled_by_volunteer"]
    assert states(late) == ["confirmed"]


def sign_in(browser, person):
    with browser.session_transaction() as session:
        session["_user_id"] = f"{person.id}:{person.session_epoch}"
        session["_fresh"] = True
