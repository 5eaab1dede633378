"""What the news say, in both languages and on both channels, and how they are ended."""

import pytest

from tests.factories.people import make_person
from tests.factories.series import make_series
from tests.factories.watches import make_watch
from tests.watches.conftest import (
    DAY,
    HELD,
    HOUR,
    NOW,
    START,
    activity_of,
    hear,
    letters,
    set_staff,
    shift_at,
)
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.models import Preference


@pytest.fixture
def watch(world, shift):
    with transaction():
        return make_watch(world.volunteer, place=world.community)


@pytest.fixture
def english(world, shift):
    with transaction():
        reader = make_person("Chen", language="en")
        return make_watch(reader, place=world.community)


def mail():
    (found,) = letters(channel="email")
    return found


def news_after(shift, **numbers):
    """Let a gap be told, change the numbers, and read what is told then."""
    hear()
    set_staff(shift, **numbers)
    hear(NOW + HOUR)
    return letters(channel="email")[-1]


def test_a_gap_in_english(shift, english):
    hear()
    found = mail()
    assert found.subject == "1 shift lacks people: Sharing Market, 9 Dec 9:00"
    for said in (
        "9 Dec Wed, 9:00–12:00, Sharing Market (Guiding and check-in), Ganjiaxiang:",
        "2 more people are needed",
        f"/shifts/{shift.id}",
        "You get this letter because you watch:",
        f"/watches/{english.id}/end",
    ):
        assert said in found.body_text, said
    for said in ("2 more people are needed", f"/watches/{english.id}/end", "End this watch"):
        assert said in found.body_html, said


def test_a_gap_in_chinese_ends_with_a_line_of_english(shift, watch):
    hear()
    found = mail()
    assert found.subject == "1 个班次缺人：共享集市，12月9日 9:00"
    for said in ("还缺 2 人", "您收到这封信，是因为您关注了：", "甘家巷社区"):
        assert said in found.body_text, said
    assert "1 shift lacks people: Sharing Market, 9 Dec 9:00" in found.body_text


def test_one_person_is_not_two(shift, english):
    set_staff(shift, confirmed=1)
    hear()
    assert "1 more person is needed" in mail().body_text


def test_all_clear(shift, english):
    found = news_after(shift, confirmed=2)
    assert found.subject == "All clear again: Sharing Market, 9 Dec 9:00"
    assert "all clear: as many people as are needed" in found.body_text


def test_almost_full(shift, english):
    set_staff(shift, confirmed=4)
    hear()
    assert mail().subject == "Almost full: Sharing Market, 9 Dec 9:00"
    assert "almost full: 1 place left" in mail().body_text


def test_gaps_are_named_before_other_news(world, shift, english):
    set_staff(shift, confirmed=4)
    with transaction():
        later = shift_at(world.community, at=START + DAY)
        activity_of(later).title_en = "Free clinic"
    hear()
    assert mail().subject == "1 shift lacks people: Free clinic, 10 Dec 9:00"
    assert "almost full: 1 place left" in mail().body_text


def test_many_other_news(world, shift, english):
    set_staff(shift, confirmed=4)
    with transaction():
        shift_at(world.community, at=START + DAY, confirmed=4)
    hear()
    assert mail().subject == "News of 2 shifts: Sharing Market, 9 Dec 9:00"


def test_a_long_letter_says_how_much_more_there_is(world, shift, english):
    with transaction():
        for n in range(22):
            shift_at(world.community, at=START + n * HOUR)
    hear()
    assert mail().body_text.count("2 more people are needed") == 20
    assert "And 3 more shifts." in mail().body_text
    assert "And 3 more shifts." in mail().body_html
    assert mail().subject.startswith("23 shifts lack people")


def test_a_series_is_named_by_its_title(world, shift):
    with transaction():
        series = make_series(world.elsewhere, title_zh="每月集市")
        activity = activity_of(shift)
        activity.series_id, activity.nominal_on = series.id, START.date()
        watch = make_watch(world.volunteer, series=series)
    hear()
    assert "每月集市（取消关注：" in mail().body_text
    assert f"/watches/{watch.id}/end）" in mail().body_text


def test_both_watches_can_be_ended_from_the_letter(world, shift, watch):
    with transaction():
        other = make_watch(world.volunteer, place=world.subdistrict)
        unconcerned = make_watch(world.volunteer, place=world.elsewhere)
    hear()
    for one in (watch, other):
        assert f"/watches/{one.id}/end" in mail().body_text
        assert f"/watches/{one.id}/end" in mail().body_html
    assert f"/watches/{unconcerned.id}/end" not in mail().body_text


def sms():
    return letters(channel="sms")[-1].body_text


def test_texts_fit_one_message(world, shift, watch):
    with transaction():
        held = activity_of(shift)
        held.title_zh = "社区共享集市义务服务引导日"
    hear()
    assert "还缺2人" in sms()
    assert f"/shifts/{shift.id}" in sms()
    texts = [sms()]
    set_staff(shift, confirmed=2)
    hear(NOW + HOUR)
    assert "人已够" in sms()
    texts.append(sms())
    with transaction():
        for n in range(1, 12):
            shift_at(world.community, at=START + n * DAY)
    set_staff(shift, confirmed=4)
    hear(NOW + 2 * HOUR)
    assert "11个班次缺人，最早：共享集市（12月10日9:00）还缺2人" in sms()
    texts.append(sms())
    for text in texts:
        assert text.startswith("【邻里志愿】")
        assert len(text) <= 70, text


@pytest.mark.parametrize("ahead", [START, NOW + 5 * HOUR])
def test_when_news_are_stale(world, watch, shift, ahead):
    set_staff(shift, confirmed=2)
    with transaction():
        shift_at(world.community, at=ahead)
    hear()
    assert mail().due_at == NOW + HELD
    assert mail().expires_at == min(ahead, NOW + HELD + DAY)
    assert (mail().topic, mail().place_path) == (
        f"watches:{watch.person_id}",
        world.community.path,
    )


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_what_people_can_do_without(world, shift, watch, channel):
    with transaction():
        held = {"kind": "watch-news", "channel": channel, "wanted": False}
        db.session.add(Preference(person_id=world.volunteer.id, **held))
    hear()
    assert channel not in {m.channel for m in letters()}
    assert len(letters()) == 1


def test_who_wants_no_letters_gets_none(world, shift, watch):
    with transaction():
        world.volunteer.remind_by = []
    assert hear() == 1
    assert letters() == []
