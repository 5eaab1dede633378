"""Idempotency-Key: done once, answered the same again; also in races and after crashes."""

from datetime import timedelta
from itertools import count
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, func, select, update

from volunteer_hub.foundation import audit, replay
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.policy import Actor
from volunteer_hub.foundation.replay import Replay

ADDRESS = "/api/v1/tried"
numbers = count(1)


@pytest.fixture
def tried(house):
    """The house with somebody at the door; another by the header X-Person."""
    from flask import request

    kept = house.extensions["actor_loader"]
    house.extensions["actor_loader"] = lambda: Actor(
        person_id=int(request.headers.get("X-Person", 1)), scopes=frozenset({"read", "write"})
    )
    with house.app_context():
        yield house
        db.session.rollback()
        with transaction():
            db.session.execute(delete(Replay))
        db.session.remove()
    house.extensions["actor_loader"] = kept


def post(app, name, key="k1", person=1, **more):
    headers = {} if key is None else {"Idempotency-Key": key, "X-Person": str(person)}
    return app.test_client().post(ADDRESS, json={"name": name, **more}, headers=headers)


def written(name):
    db.session.rollback()
    return db.session.scalar(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.thing == f"tried:{name}")
    )


@pytest.fixture
def name():
    """A name of this test's own, at most five letters long: audit entries stay for ever."""
    return f"t{next(numbers)}"


def test_the_same_key_writes_once_and_answers_the_same(tried, name):
    first, again = post(tried, name, places=3), post(tried, name, places=3)
    assert (first.status_code, first.get_json()) == (201, {"name": name, "places": 3})
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.mimetype == first.mimetype == "application/json"
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert written(name) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [("full", 409, "shift-is-full"), ("gone", 404, "not-found")],
)
def test_a_refusal_is_answered_the_same_too(tried, body, status, code):
    first, again = post(tried, body), post(tried, body)
    assert first.status_code == again.status_code == status
    assert first.get_json()["refusal"] == again.get_json()["refusal"] == code
    assert again.mimetype == "application/problem+json"
    assert again.headers["Idempotency-Replayed"] == "true"
    assert written(body) == 0


def test_an_answer_without_a_body_comes_back_without_one(tried):
    client, headers = tried.test_client(), {"Idempotency-Key": "k1"}
    for replayed in (None, "true"):
        answer = client.delete(f"{ADDRESS}/7", headers=headers)
        assert (answer.status_code, answer.data) == (204, b"")
        assert answer.headers.get("Idempotency-Replayed") == replayed


def test_input_that_cannot_be_read_leaves_the_key_free(tried, name):
    assert post(tried, "x" * 9).status_code == 422
    assert post(tried, name).status_code == 201


def test_another_request_under_the_same_key_is_refused(tried, name):
    assert post(tried, name).status_code == 201
    for other in (
        post(tried, name, places=2),
        tried.test_client().delete(f"{ADDRESS}/7", headers={"Idempotency-Key": "k1"}),
    ):
        assert other.status_code == 409
        assert other.get_json()["refusal"] == "key-was-used-otherwise"
    assert written(name) == 1


def test_keys_belong_to_their_sender(tried, name):
    assert post(tried, name, person=1).status_code == 201
    assert post(tried, name, person=2).status_code == 201
    assert written(name) == 2


def test_without_a_key_each_request_writes(tried, name):
    for _ in range(2):
        assert post(tried, name, key=None).status_code == 201
    assert written(name) == 2


@pytest.mark.parametrize("key", ["x" * 256, ""])
def test_a_key_has_a_length(tried, name, key):
    refused = post(tried, name, key=key)
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == "Idempotency-Key"
    assert post(tried, name, key="x" * 255).status_code == 201


class TestCrashes:
    def test_before_the_write_is_stored_free_the_key(self, tried, name, monkeypatch):
        def break_once(*_args, **_facts):
            monkeypatch.undo()
            raise ZeroDivisionError

        monkeypatch.setattr(audit, "record", break_once)
        with pytest.raises(ZeroDivisionError):
            post(tried, name)
        assert written(name) == 0
        assert post(tried, name).status_code == 201
        assert written(name) == 1

    def test_after_it_do_not(self, tried):
        """What is stored must not be done twice only because its answer was lost."""
        before = written("late")
        with pytest.raises(ZeroDivisionError):
            post(tried, "late")
        again = post(tried, "late")
        assert (again.status_code, again.get_json()["refusal"]) == (409, "answer-was-lost")
        assert written("late") == before + 1

    def test_of_the_whole_process_leave_a_claim_that_is_taken_over(self, tried, name):
        assert post(tried, name).status_code == 201
        age(status=None)  # as if the process had died before its write
        assert post(tried, name).get_json()["refusal"] == "still-at-work"
        age(status=None, by=replay.LOST_AFTER)
        assert post(tried, name).status_code == 201
        assert written(name) == 2

    def test_with_the_write_stored_are_never_taken_over(self, tried, name):
        assert post(tried, name).status_code == 201
        age(status=replay.WRITTEN)  # the first may be about to answer
        assert post(tried, name).get_json()["refusal"] == "still-at-work"
        age(status=replay.WRITTEN, by=replay.LOST_AFTER)
        assert post(tried, name).get_json()["refusal"] == "answer-was-lost"
        assert written(name) == 1

    def test_a_slow_first_request_cannot_write_after_the_second(self, tried, name, monkeypatch):
        """The first was given up, the second took its key and wrote: the first is undone."""
        seconds = []

        def slow(*args, **facts):
            monkeypatch.undo()
            age_elsewhere(tried, replay.LOST_AFTER)
            seconds.append(post(tried, name))
            audit.record(*args, **facts)

        monkeypatch.setattr(audit, "record", slow)
        first = post(tried, name)
        assert seconds[0].status_code == 201
        assert (first.status_code, first.get_json()["refusal"]) == (409, "still-at-work")
        assert written(name) == 1
        assert post(tried, name).status_code == 201


def age(*, status, by=timedelta(0)):
    with transaction():
        aged = update(Replay).values(status=status, at=Replay.at - by)
        db.session.execute(aged)


def age_elsewhere(app, by):
    def work():
        with app.app_context(), transaction():
            db.session.execute(update(Replay).values(at=Replay.at - by))

    thread = Thread(target=work)
    thread.start()
    thread.join()


def test_two_at_once_write_once(tried, name):
    together, answers = Barrier(4), []

    def send():
        together.wait()
        answers.append(post(tried, name))

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert written(name) == 1
    done = [answer for answer in answers if answer.status_code == 201]
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert len(done) >= 1
    assert len(done) + len(waiting) == 4
    assert {answer.get_json()["refusal"] for answer in waiting} <= {"still-at-work"}
    assert post(tried, name).status_code == 201


def test_answers_are_kept_for_a_day(tried, name):
    assert post(tried, name).status_code == 201
    now = utc_now()
    with transaction():
        assert replay.sweep(now=now) == 0
    with transaction():
        assert replay.sweep(now=now + replay.KEPT_FOR + timedelta(minutes=1)) == 1
    assert post(tried, name).status_code == 201
    assert written(name) == 2


def test_a_key_older_than_a_day_is_new_even_before_the_sweep(tried, name):
    assert post(tried, name).status_code == 201
    age(status=201, by=replay.KEPT_FOR)
    assert post(tried, name, places=2).status_code == 201
    assert written(name) == 2
