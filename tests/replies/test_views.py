"""The page behind a link: looking changes nothing, one press does one thing, for no one else."""

import pytest
import time_machine

from tests.conftest import FOR_TESTS
from tests.factories.people import make_person
from tests.replies.conftest import DAY
from tests.replies.phones import now_of
from volunteer_hub.app import create_app
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.limits import limiter
from volunteer_hub.messages.models import Message
from volunteer_hub.people.models import Person
from volunteer_hub.signups.actions import changing, joining


@pytest.fixture
def mine(world, shift_of, join):
    """A place of the volunteer's tomorrow."""
    return join(shift_of(world.community), world.volunteer)


@pytest.fixture
def offered(world, shift_of, join):
    """A place that is kept for the volunteer."""
    shift = shift_of(world.community, capacity=1, ahead=3 * DAY)
    first = join(shift, world.other_volunteer)
    waits = join(shift, world.volunteer)
    with transaction():
        joining.leave(signup_id=first.id, now=shift.starts_at - 2 * DAY, by=None, by_staff=False)
    assert now_of(waits).state == "offered"
    return waits


PREFETCH = {"Sec-Purpose": "prefetch", "Purpose": "prefetch"}


@pytest.mark.parametrize("verb", ["come", "leave"])
def test_looking_changes_nothing(client, mine, proof, verb):
    """A program that guards a mailbox opens each link, often twice."""
    address, before = f"/replies/{proof(mine, verb)}", state_of(mine)
    for ask in (client.get, client.get, client.head):
        assert ask(address).status_code == 200
    assert client.get(address, headers=PREFETCH).status_code == 200
    assert state_of(mine) == before


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_looking_at_an_offer_changes_nothing(client, offered, proof, verb):
    for ask in (client.get, client.get, client.head):
        assert ask(f"/replies/{proof(offered, verb)}").status_code == 200
    assert state_of(offered)[0] == "offered"


def state_of(signup):
    fresh = now_of(signup)
    return fresh.state, fresh.coming_at, fresh.late


@pytest.mark.parametrize(
    ("verb", "state", "says_coming", "said"),
    [
        ("come", "confirmed", True, "See you there"),
        ("leave", "cancelled_by_volunteer", False, "need not come"),
    ],
)
def test_one_press_does_it_and_the_page_says_what_holds(
    client, mine, proof, verb, state, says_coming, said
):
    speak(mine, "en")
    address = f"/replies/{proof(mine, verb)}"
    for _ in range(2):  # pressed twice is pressed once
        answer = client.post(address)
        assert (answer.status_code, answer.headers["Location"]) == (303, address)
        assert (state_of(mine)[0], state_of(mine)[1] is not None) == (state, says_coming)
    page = client.get(address)
    assert page.status_code == 200
    assert said in page.text


@pytest.mark.parametrize(
    ("verb", "state"), [("accept", "confirmed"), ("decline", "cancelled_by_volunteer")]
)
def test_an_offer_is_answered_from_the_letter(client, offered, proof, verb, state):
    assert client.post(f"/replies/{proof(offered, verb)}").status_code == 303
    assert state_of(offered)[0] == state


def test_a_link_does_nothing_but_its_one_thing(client, offered, proof):
    """Who took the place does not lose it by the link that would have declined it."""
    client.post(f"/replies/{proof(offered, 'accept')}")
    answer = client.post(f"/replies/{proof(offered, 'decline')}")
    assert answer.status_code == 409
    assert state_of(offered)[0] == "confirmed"
    coming = client.post(f"/replies/{proof(offered, 'come').replace('come', 'leave')}")
    assert coming.status_code == 404
    assert state_of(offered) == ("confirmed", None, False)


def test_the_page_names_the_shift_and_nobody_else(client, world, mine, proof):
    page = client.get(f"/replies/{proof(mine, 'leave')}").text
    for shown in ("晓梅", "共享集市", "社区广场", "来不了，取消报名"):
        assert shown in page
    for hidden in (
        "陈晓梅", world.volunteer.phone[3:], world.volunteer.email, world.volunteer.volunteer_no,
        world.other_volunteer.name, world.coordinator.name,
    ):  # fmt: skip
        assert hidden not in page
    assert page.count("<form") == page.count("<button") == 1


@pytest.mark.parametrize(("language", "word"), [("zh", "能来"), ("en", "I come")])
def test_the_page_speaks_the_language_of_whom_it_was_written_to(
    client, mine, proof, language, word
):
    speak(mine, language)
    page = client.get(f"/replies/{proof(mine, 'come')}", headers={"Accept-Language": "fr"}).text
    assert word in page


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("token", [None, "nothing", "7-leave-AAAAAAAAAAAAAAAAAAAAAA"])
def test_no_answer_says_where_it_came_from(client, mine, proof, method, token):
    answer = getattr(client, method)(f"/replies/{token or proof(mine, 'come')}")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


def test_it_needs_neither_cookie_nor_sign_in_nor_referrer(app, client, mine, proof, monkeypatch):
    """As a browser sends it over https from a page that gives no referrer."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    answer = client.post(f"/replies/{proof(mine, 'leave')}", base_url="https://hub.test")
    assert answer.status_code == 303
    assert state_of(mine)[0] == "cancelled_by_volunteer"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_made_up_link_is_unknown(client, world, mine, proof, method):
    ask = getattr(client, method)
    forged = [
        proof(mine, "leave", person_id=world.other_volunteer.id),
        proof(mine, "leave")[:-1],
        proof(mine, "leave").replace(f"{mine.id}-", f"{mine.id + 1}-"),
        "7-remove-AAAAAAAAAAAAAAAAAAAAAA",
        f"{mine.id}-leave-{'A' * 22}",
    ]
    pages = [ask(f"/replies/{token}") for token in forged]
    assert {page.status_code for page in pages} == {404}
    assert len({page.data for page in pages}) == 1  # nothing tells a near miss from a far one
    assert "共享集市" not in pages[0].text
    assert state_of(mine)[0] == "confirmed"


def test_the_link_is_useless_once_the_shift_began(client, mine, proof):
    token = proof(mine, "leave")
    with time_machine.travel(mine.during.lower, tick=False):
        assert client.get(f"/replies/{token}").status_code == 410
        answer = client.post(f"/replies/{token}")
    assert answer.status_code == 409
    assert "这个班次已经开始" in answer.text
    assert state_of(mine)[0] == "confirmed"


def test_the_link_of_an_ended_promise_says_so(client, world, mine, proof, now):
    with transaction():
        joining.leave(signup_id=mine.id, now=now, by=world.coordinator.id, by_staff=True)
    for verb in ("come", "leave"):
        page = client.get(f"/replies/{proof(mine, verb)}")
        assert page.status_code == 410
        assert "这次报名已经取消了" in page.text
        assert "<form" not in page.text


def test_the_link_of_a_cancelled_shift_says_so(client, mine, proof, now):
    with transaction():
        changing.cancel_shift(shift_id=mine.shift_id, reason="大风", now=now)
    page = client.get(f"/replies/{proof(mine, 'come')}")
    assert (page.status_code, "取消" in page.text) == (410, True)


def test_a_late_cancel_is_seen_by_the_coordinators_at_once(client, world, shift_of, join, proof):
    late = join(shift_of(world.community, leave_cutoff=2 * 24 * 60), world.volunteer)
    page = client.get(f"/replies/{proof(late, 'leave')}").text
    assert "马上告诉" in page
    client.post(f"/replies/{proof(late, 'leave')}")
    assert state_of(late)[2]
    told = db.session.scalars(db.select(Message).where(Message.kind == "shift-late-cancel"))
    assert {m.recipient_id for m in told} == {world.coordinator.id, world.second_coordinator.id}
    assert "已马上告诉" in client.get(f"/replies/{proof(late, 'leave')}").text


@pytest.mark.parametrize(("waiting", "word"), [(False, "还有名额"), (True, "重新候补")])
def test_a_mistake_can_be_undone(client, world, shift_of, join, proof, waiting, word):
    shift = shift_of(world.community, capacity=1)
    signup = join(shift, world.volunteer)
    if waiting:
        with transaction():
            join_later = make_person("王芳")
        join(shift, join_later, instant=True)
    client.post(f"/replies/{proof(signup, 'leave')}")
    page = client.get(f"/replies/{proof(signup, 'leave')}").text
    assert word in page
    assert f"/shifts/{shift.id}#signup" in page


def test_who_signed_up_again_is_not_told_to_stay_at_home(client, world, mine, proof):
    address = f"/replies/{proof(mine, 'leave')}"
    client.post(address)
    with transaction():
        now = mine.joined_at
        again = joining.join(shift_id=mine.shift_id, person=world.volunteer, now=now)
    assert client.post(address).status_code == 303  # it gives nothing back but its own
    page = client.get(address)
    assert page.status_code == 410
    assert "不用来了" not in page.text
    assert now_of(again).state == "confirmed"


@pytest.fixture
def counting_house(servers):
    """A house that counts, and leaves the one limiter of all houses as it was."""
    settings = servers.settings("postgresql://hub@/hub")
    app = create_app(settings, **{**FOR_TESTS, "RATELIMIT_ENABLED": True})
    yield app
    limiter.reset()
    limiter.storage.storage.close()
    limiter.enabled = False


def test_too_many_presses_from_one_address_have_to_wait(counting_house):
    client = counting_house.test_client()
    codes = [client.post("/replies/nothing").status_code for _ in range(61)]
    assert set(codes[:60]) == {404}
    assert codes[60] == 429
    assert client.get("/replies/nothing").status_code == 404  # looking is counted by itself


def test_the_page_asks_little(client, mine, proof, queries):
    db.session.expire_all()
    queries.clear()
    client.get(f"/replies/{proof(mine, 'leave')}")
    assert len(queries) <= 2


def speak(signup, language):
    with transaction():
        db.session.get_one(Person, signup.person_id).language = language
