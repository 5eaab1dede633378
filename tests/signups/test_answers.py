"""Links from letters: each does one thing for one person, and nobody can make one up."""

import re
from datetime import timedelta

import pytest

from tests.factories.shifts import make_shift, make_signup
from tests.signups.test_letters import letters, shift_in
from volunteer_hub.activities.models import Activity
from volunteer_hub.carriers.rules.texts import split_sms
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.shifts.rules import ShiftIsOver
from volunteer_hub.signups.actions import changing, joining
from volunteer_hub.signups.actions.coming import say_coming
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.rules import answers, line

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KEY = "only-for-tests"
LINK = re.compile(r"/replies/(\d+-(\w+)-[A-Za-z0-9_-]{22})")


def token(**more):
    return answers.write_token(
        **({"signup_id": 7, "person_id": 3, "verb": "leave", "key": KEY} | more)
    )


@pytest.mark.parametrize("verb", answers.VERBS)
def test_a_link_is_believed_by_whoever_wrote_it(verb):
    claim = answers.read_token(token(verb=verb))
    assert (claim.signup_id, claim.verb) == (7, verb)
    answers.ensure_proven(claim, person_id=3, key=KEY)


@pytest.mark.parametrize(
    "other", [{"signup_id": 8}, {"person_id": 4}, {"verb": "come"}, {"key": "another"}]
)
def test_a_proof_fits_nothing_else(other):
    """Only one of the four was changed: the proof of the one does not open the other."""
    proof = answers.read_token(token()).proof
    facts = {"signup_id": 7, "person_id": 3, "verb": "leave", "key": KEY} | other
    claim = answers.Claim(facts["signup_id"], facts["verb"], proof)
    with pytest.raises(answers.LinkIsUnknown):
        answers.ensure_proven(claim, person_id=facts["person_id"], key=facts["key"])


@pytest.mark.parametrize(
    "given",
    [
        "", "nothing", "7-leave", "7-leave-", token()[:-1], token() + "A", "-" + token(),
        "0" + token(), token().replace("leave", "remove"), token().upper(), token() + "\n",
        "9" * 19 + token()[1:],
    ],
)  # fmt: skip
def test_what_does_not_look_like_a_link_is_none(given):
    with pytest.raises(answers.LinkIsUnknown):
        answers.read_token(given)


def test_a_link_holds_128_bits_and_is_safe_in_an_address():
    proofs = {answers.read_token(token(signup_id=number)).proof for number in range(1, 200)}
    assert len(proofs) == 199
    assert {len(proof) * 6 for proof in proofs} == {132}  # 22 signs, the last one of two bits
    assert answers.PROOF_BYTES * 8 == 128


def test_no_link_says_something_else():
    with pytest.raises(ValueError, match="remove"):
        token(verb="remove")


def test_saying_that_one_comes_twice_is_saying_it_once(world, now):
    with transaction():
        shift = make_shift(world.community)
        signup = make_signup(shift, world.volunteer)
    for at in (now, now + HOUR):
        with transaction():
            assert say_coming(signup_id=signup.id, now=at).coming_at == now


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        ({"state": "waitlisted"}, answers.NoPlaceHere),
        ({"state": "cancelled_by_volunteer"}, line.SignupIsOver),
    ],
)
def test_who_has_no_place_comes_to_nothing(world, now, state, refusal):
    with transaction():
        ended = {} if state["state"] == "waitlisted" else {"ended_at": now}
        signup = make_signup(make_shift(world.community), world.volunteer, **state, **ended)
    with pytest.raises(refusal), transaction():
        say_coming(signup_id=signup.id, now=now)
    assert db.session.get_one(Signup, signup.id).coming_at is None


def test_nobody_says_so_once_it_has_begun(world, now):
    with transaction():
        shift = make_shift(world.community, starts_at=now - HOUR, ends_at=now + HOUR)
        signup = make_signup(shift, world.volunteer)
    with pytest.raises(ShiftIsOver), transaction():
        say_coming(signup_id=signup.id, now=now)


def verbs(text):
    return [verb for _token, verb in LINK.findall(text)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_letter_carries_the_answers_that_fit_it(app, world, join, leave, now, language):
    with transaction():
        world.volunteer.language = world.other_volunteer.language = language
    shift = shift_in(world, 3 * DAY, capacity=1)
    first = join(shift, world.volunteer)
    waits = join(shift, world.other_volunteer, instant=False)
    leave(first)
    with transaction():
        changing.change_shift(shift_id=shift.id, now=now, announce=True, tasks_zh="搬桌子")
    held = {m.kind: m for m in letters(channel="email")}
    expected = {
        "shift-joined": ["leave"],
        "shift-reminder-24h": ["come", "leave"],
        "shift-reminder-2h": ["come", "leave"],
        "shift-waitlisted": [],
        "shift-offered": ["accept", "decline"],
        "shift-changed": ["leave"],
    }
    assert {kind: verbs(m.body_text) for kind, m in held.items()} == expected
    assert {kind: verbs(m.body_html or "") for kind, m in held.items()} == expected
    for kind, letter in held.items():
        for found, _verb in LINK.findall(letter.body_text):
            whose = first if kind in ("shift-joined",) or "reminder" in kind else waits
            claim = answers.read_token(found)
            assert claim.signup_id == whose.id
            answers.ensure_proven(claim, person_id=whose.person_id, key=app.config["SECRET_KEY"])


def test_who_comes_up_may_give_the_place_back_from_the_letter(world, join, leave):
    shift = shift_in(world, 3 * DAY, capacity=1)
    first = join(shift, world.volunteer)
    join(shift, world.other_volunteer)
    leave(first)
    (mail,) = letters(kind="shift-promoted", channel="email")
    assert verbs(mail.body_text) == verbs(mail.body_html or "") == ["leave"]


def test_staff_are_told_without_a_link_to_answer_for_others(world, join, leave, now):
    shift = shift_in(world, 3 * DAY, leave_cutoff=7 * 24 * 60)
    leave(join(shift, world.volunteer))
    (mail, *_) = letters(kind="shift-late-cancel", channel="email")
    assert verbs(mail.body_text + (mail.body_html or "")) == []


@pytest.mark.parametrize("ahead", [30 * DAY, 3 * DAY, 5 * HOUR])
def test_texts_say_how_to_answer_and_fit_one_message(world, now, ahead):
    """With the longest names that are shown, and the longest day."""
    shift = shift_in(world, ahead, capacity=1)
    with transaction():
        shift.spot_zh = "甘家巷社区党群活动中心三楼大会议室"
        activity = db.session.get_one(Activity, shift.activity_id)
        activity.title_zh = "社区共享集市便民服务日"
        first = joining.join(shift_id=shift.id, person=world.volunteer, now=now)
        joining.join(shift_id=shift.id, person=world.other_volunteer, now=now)
    with transaction():
        joining.leave(signup_id=first.id, now=now, by=None, by_staff=False)
    texts = {m.kind: m.body_text for m in letters(channel="sms")}
    for kind in ("shift-reminder-2h", "shift-offered"):
        assert len(split_sms(texts[kind])) == 1, texts[kind]
        assert "回1" in texts[kind]
        assert "回2" in texts[kind]
