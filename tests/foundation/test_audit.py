"""Who did what: written with the deed, and never changed afterwards."""

from datetime import timedelta

import pytest
from flask import g
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import database_now, db, transaction, violated
from volunteer_hub.foundation.heartbeat import QUIET_FOR, beat, last_beats, silent
from volunteer_hub.foundation.policy import Actor


def entries():
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


@pytest.fixture
def at_the_door(app):
    """A request of person 7."""
    with app.test_request_context("/"):
        g.actor, g.request_id = Actor(person_id=7), "this-very-one"
        yield
        del g.actor, g.request_id


class TestAudit:
    def test_says_who_did_what_where_and_why(self, at_the_door):
        before = database_now()
        with transaction():
            audit.record("verified", "service:3", place_path="/baiyin/", rows=2, reason="checked")
        (entry,) = entries()
        assert (entry.actor_id, entry.verb, entry.thing) == (7, "verified", "service:3")
        assert entry.place_path == "/baiyin/"
        assert entry.facts == {"rows": 2, "reason": "checked"}
        assert entry.request_id == "this-very-one"
        assert before <= entry.at <= database_now()

    def test_somebody_else_may_be_named(self, at_the_door):
        with transaction():
            audit.record("granted", "role:3", actor_id=9)
        assert entries()[0].actor_id == 9

    def test_the_service_itself_is_nobody(self, app):
        with transaction():
            audit.record("swept", "replay:all")
        (entry,) = entries()
        assert (entry.actor_id, entry.request_id, entry.place_path) == (None, None, "/")

    def test_goes_with_the_deed(self, app):
        with pytest.raises(ZeroDivisionError), transaction():
            audit.record("verified", f"service:{1 // 0}")
        assert entries() == []

    @pytest.mark.parametrize(("verb", "thing"), [("", "service:3"), ("verified", "")])
    def test_must_say_something(self, app, verb, thing):
        with pytest.raises(IntegrityError) as refused, transaction():
            audit.record(verb, thing)
        assert violated(refused.value) == "ck_audit_entry_says_what"

    @pytest.mark.parametrize(
        "change",
        [
            update(AuditEntry).values(verb="forgot"),
            update(AuditEntry).values(facts={}),
            delete(AuditEntry),
            text("update audit_entry set at = at - interval '1 day'"),
            text("delete from audit_entry where id > 0"),
        ],
        ids=str,
    )
    def test_is_never_changed(self, app, change):
        with transaction():
            audit.record("verified", "service:3", reason="checked")
        with pytest.raises(IntegrityError) as refused, transaction():
            db.session.execute(change)
        assert violated(refused.value) == "audit_entry_is_append_only"
        (entry,) = entries()
        assert (entry.verb, entry.facts) == ("verified", {"reason": "checked"})

    def test_nor_through_a_loaded_entry(self, app):
        with transaction():
            audit.record("verified", "service:3")
        with pytest.raises(IntegrityError), transaction():
            entries()[0].verb = "forgot"


class TestHeartbeat:
    def test_a_part_that_was_never_heard_is_silent(self, app):
        assert silent("worker", now=utc_now())
        assert last_beats() == {}

    @pytest.mark.parametrize(
        ("ago", "is_silent"),
        [
            (timedelta(0), False),
            (QUIET_FOR, False),
            (QUIET_FOR + timedelta(microseconds=1), True),
            (timedelta(days=1), True),
            (-timedelta(seconds=5), False),  # its clock is ahead of ours
        ],
    )
    def test_silence_is_told_by_the_last_beat(self, app, ago, is_silent):
        now = utc_now()
        with transaction():
            beat("worker", now=now - ago)
        assert silent("worker", now=now) is is_silent

    def test_how_long_is_too_long_may_be_said(self, app):
        now = utc_now()
        with transaction():
            beat("beat", now=now - timedelta(seconds=10))
        assert silent("beat", now=now, quiet_for=timedelta(seconds=9))

    def test_the_last_beat_counts_also_in_a_session_that_lives_long(self, app):
        first, second = utc_now(), utc_now() + timedelta(minutes=1)
        for moment in (first, second):
            with transaction():
                beat("worker", now=moment, detail="host-1")
            assert last_beats() == {"worker": moment}

    def test_parts_beat_side_by_side(self, app):
        now = utc_now()
        with transaction():
            beat("worker", now=now)
            beat("web", now=now - timedelta(hours=1))
        assert not silent("worker", now=now)
        assert silent("web", now=now)
