"""The daily task: each series by itself, safe to run twice, held up by none."""

from datetime import date

import pytest
import time_machine
from sqlalchemy import func, select

from tests.factories.places import make_place
from tests.factories.series import make_series
from tests.planning.conftest import STORY
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db, transaction
from workers import series as worker


def made():
    db.session.rollback()
    found = select(Activity.series_id, func.count()).group_by(Activity.series_id)
    return dict(db.session.execute(found).all())


@pytest.fixture
def series(committed):
    with transaction():
        place = make_place("ganjiaxiang")
        return [make_series(place).id for _ in range(3)]


def test_every_series_gets_its_days_and_twice_is_once(series):
    with time_machine.travel(STORY, tick=False):
        worker.expand_all()
        worker.expand_all()
    assert made() == dict.fromkeys(series, 3)


def test_one_that_fails_holds_up_no_other_and_is_tried_again(series, monkeypatch, caplog):
    whole = worker.expand

    def broken(*, series_id, now):
        if series_id == series[1]:
            raise RuntimeError("its own trouble")
        return whole(series_id=series_id, now=now)

    monkeypatch.setattr(worker, "expand", broken)
    with time_machine.travel(STORY, tick=False):
        worker.expand_all()
    assert made() == {series[0]: 3, series[2]: 3}
    assert f"The days of series {series[1]} were not made" in caplog.text
    monkeypatch.undo()
    with time_machine.travel(STORY, tick=False):
        worker.expand_all()
    assert made() == dict.fromkeys(series, 3)


def test_what_is_over_is_not_looked_at(series, monkeypatch):
    with transaction():
        db.session.execute(
            db.text("update series set last_on = :day, expanded_to = :next where id = :id"),
            {"day": date(2019, 1, 5), "next": date(2019, 1, 6), "id": series[0]},
        )
    looked = []
    monkeypatch.setattr(worker, "expand", lambda *, series_id, now: looked.append(series_id))
    with time_machine.travel(STORY.replace(month=3), tick=False):
        worker.expand_all()
    assert looked == series[1:]
