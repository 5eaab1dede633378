"""What the volunteer reads when hours are not counted."""

import pytest
from sqlalchemy import select

from tests.factories.attendance import make_hours
from tests.market import END
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.hours.actions.hours import reject_hours
from volunteer_hub.messages.models import Message


def reject(hours, by):
    with transaction():
        reject_hours(hours_id=hours.id, verifier=by.id, reason="100% 没有到场 <b>", now=END)


@pytest.mark.parametrize(
    ("language", "subject", "activity"),
    [
        ("en", "Your hours of 5 Dec were not counted", "Sharing Market"),
        ("zh", "12月5日", "共享集市"),
    ],
)
def test_the_reason_by_mail_in_the_reader_s_language(world, shift, language, subject, activity):
    with transaction():
        world.volunteer.language = language
        hours = make_hours(shift, world.volunteer)
    reject(hours, world.coordinator)
    letter = db.session.scalars(select(Message)).one()
    assert (letter.channel, letter.address) == ("email", world.volunteer.email)
    assert subject in letter.subject
    assert "\n" not in letter.subject
    for text in (letter.body_text, letter.body_html):
        assert activity in text
        assert "180" in text
        assert "/me/hours" in text
    assert "100% 没有到场 <b>" in letter.body_text
    assert "100% 没有到场 &lt;b&gt;" in letter.body_html
    assert (letter.kind, letter.topic) == ("hours-rejected", f"hours:{hours.id}")
    assert letter.place_path == world.community.path


def test_no_mail_for_who_wants_none(world, shift):
    with transaction():
        world.volunteer.remind_by = ["sms"]
        hours = make_hours(shift, world.volunteer)
    reject(hours, world.coordinator)
    assert db.session.scalars(select(Message)).all() == []
