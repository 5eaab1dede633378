"""Write, look, send, and the log; for coordinators and supervisors of the place alone."""

import pytest

from tests.mailings.conftest import WORDS, draft, letters, send, work
from tests.world import WHO
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.mailings.models import Mailing
from volunteer_hub.mailings.rules import WAITING
from volunteer_hub.people.queries.persons import get_person

FILLED = {
    "audience": "confirmed", "by_email": "y", "by_sms": "y", "subject_zh": "换门",
    "text_zh": "请走东门。",
}  # fmt: skip
MAY = (policy.COORDINATOR, policy.SUPERVISOR)


@pytest.fixture
def ma(today, world, as_person):
    return as_person(world.coordinator)


def test_three_steps(world, shift, ma):
    page = ma.get(f"/mailings/new?shift={shift.id}")
    assert "never an advertisement" in page.text
    answer = ma.post(f"/mailings/new?shift={shift.id}", data=FILLED)
    assert answer.status_code == 303
    mailing = db.session.query(Mailing).one()
    look = ma.get(answer.location).text
    for said in (
        "Send 2 letters now",
        "of 1",
        "1 part each",
        "【邻里志愿】甘家巷社区通知（共享集市，12月9日）：请走东门。",
        "换门",
    ):
        assert said in look
    assert letters(mailing) == []
    for _ in range(2):
        assert ma.post(f"{answer.location}/send").status_code == 303
    work()
    log = ma.get(answer.location).text
    for said in ("Posted for 1 of 1 people.", "138****", "马丽", "Waiting for its time"):
        assert said in log
    assert world.volunteer.phone not in log
    assert "换门" in ma.get("/mailings").text
    assert len(letters(mailing)) == 2


def test_who_writes_a_text_sees_how_it_begins_and_what_is_left(world, shift, ma):
    there = f"/mailings/new?shift={shift.id}"
    page = ma.get(there).text
    assert "【邻里志愿】甘家巷社区通知（共享集市，12月9日）：…" in page
    assert "The first part holds 44 characters of your words." in page
    assert "As typed here" not in page
    for length, said in ((44, "takes 1 part."), (45, "takes 2 parts.")):
        typed = FILLED | {
            "text_zh": "门" * length,
            "subject_en": "Gate",
        }  # refused: half in English
        assert f"As typed here it {said}" in ma.post(there, data=typed).text
    assert "As typed here" not in ma.post(there, data=FILLED | {"by_sms": "", "text_zh": ""}).text


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(world, shift, ma):
    answer = ma.post(f"/mailings/new?shift={shift.id}", data=FILLED | {"subject_en": "Gate"})
    assert answer.status_code == 422
    assert "Write both, subject and text, or neither." in answer.text
    assert "请走东门。" in answer.text


def test_a_draft_can_be_changed(world, shift, ma):
    mailing = draft(world, shift_id=shift.id)
    there = f"/mailings/{mailing.id}/change"
    page = ma.get(there).text
    assert "请走东门。" in page
    chosen = FILLED | {"by_sms": "", "audience": WAITING, "subject_en": "", "text_en": ""}
    assert ma.post(there, data=chosen).status_code == 303
    db.session.refresh(mailing)
    assert (mailing.channels, mailing.audience, mailing.text_en) == (["email"], WAITING, "")
    assert ma.post(there, data=FILLED | {"text_zh": ""}).status_code == 422


def test_a_place_is_written_to_as_a_whole(world, ma):
    there = f"/mailings/new?place={world.community.code}"
    assert "Who has a place" not in ma.get(there).text
    assert ma.post(there, data=FILLED | {"audience": "volunteers"}).status_code == 303
    assert ma.post(there, data=FILLED | {"audience": "confirmed"}).status_code == 422


def test_too_many_is_said_in_a_sentence(world, shift, ma):
    for _ in range(5):
        send(draft(world, shift_id=shift.id))
    sixth = draft(world, shift_id=shift.id)
    answer = ma.post(f"/mailings/{sixth.id}/send", follow_redirects=True)
    assert "This place has sent 5 mailings today" in answer.text


def test_stop_says_how_many(world, shift, ma):
    mailing = draft(world, shift_id=shift.id)
    send(mailing)
    work()
    answer = ma.post(f"/mailings/{mailing.id}/stop", follow_redirects=True)
    assert "2 letters were called back" in answer.text
    assert "Called back" in answer.text


def wanted(who, status):
    if who == policy.VISITOR:
        return 302
    return status if who in MAY else 404 if who == "stranger" else 403


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/mailings/new?shift={shift}", 200),
        ("POST", "/mailings/new?shift={shift}", 303),
        ("GET", "/mailings/new?activity={activity}", 200),
        ("GET", "/mailings/new?place=ganjiaxiang", 200),
        ("GET", "/mailings/{mailing}", 200),
        ("GET", "/mailings/{mailing}/change", 200),
        ("POST", "/mailings/{mailing}/change", 303),
        ("POST", "/mailings/{mailing}/send", 303),
        ("POST", "/mailings/{mailing}/stop", 303),
    ],
)
def test_the_roles(today, world, shift, as_person, who, method, path, status):
    mailing = draft(world, shift_id=shift.id)
    person = world.stranger if who == "stranger" else world.roles()[who]
    numbers = {"shift": shift.id, "activity": shift.activity_id, "mailing": mailing.id}
    answer = as_person(person).open(path.format(**numbers), method=method, data=FILLED)
    assert answer.status_code == wanted(who, status)
    db.session.refresh(mailing)
    assert (mailing.state == "draft") is not (path.endswith("send") and who in MAY)


@pytest.mark.parametrize("who", WHO)
def test_the_log_shows_one_s_own_places(today, world, shift, as_person, who):
    draft(world, shift_id=shift.id)
    person = world.stranger if who == "stranger" else world.roles()[who]
    answer = as_person(person).get("/mailings")
    assert answer.status_code == (200 if who == "stranger" else wanted(who, 200))
    assert (WORDS.subject_en in answer.text) is (who in MAY)


@pytest.mark.parametrize("asked", ["", "?shift=0", "?shift=x", "?activity=99999", "?place=nowhere"])
def test_about_nothing_is_no_page(ma, asked):
    assert ma.get(f"/mailings/new{asked}").status_code == 404


def test_pages_ask_a_bounded_number_of_questions(world, shift, ma, queries):
    asked = []
    for more in (0, 6):
        with transaction():
            maker = get_person(world.coordinator.id)
        for _ in range(more):
            draft(world, by=maker, shift_id=shift.id)
        sent = draft(world, shift_id=shift.id, audience=WAITING)
        counts = []
        for path in ("/mailings", f"/mailings/{sent.id}"):
            queries.clear()
            ma.get(path)
            counts.append(len(queries))
        asked.append(counts)
    assert asked[0] == asked[1]
    assert max(asked[0]) <= 9
