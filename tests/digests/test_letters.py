"""The letter says the figures whole, in both languages, and brings its picture sealed with it."""

import base64
import re
from datetime import timedelta
from email import message_from_bytes, policy
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select, update

from tests.digests.conftest import DUE, OCTOBER, fill
from tests.world import build_world
from volunteer_hub.carriers.channels.mime import MARK
from volunteer_hub.digests import actions, letters
from volunteer_hub.digests.queries import read_digest
from volunteer_hub.dispatch.actions import deliver
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.actions import settle_unknown
from volunteer_hub.messages.models import Message

ZH = (
    "甘家巷社区：2026年10月的数据",
    "300 人次",
    "比上年同月（240 人次）多 60 人次",
    "4.5 小时",
    "3 人",
)
EN = ("2026", "300 person-times", "60 person-times more than a year before (240 person-times)")
EN = (*EN, "As many as a year before (85 person-times)", "4.5 hours", "3 people", "1,234.50 yuan")


@pytest.fixture
def digest(town):
    return read_digest(town.community, OCTOBER, now=DUE)


@pytest.mark.parametrize(("language", "wanted"), [("zh", ZH), ("en", EN)])
def test_both_bodies_say_every_figure_with_its_unit(town, digest, language, wanted):
    letter = _shown(town, digest, language)
    html = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", letter.html))
    for body in (letter.text, html):
        for said in wanted:
            assert said in body
        assert "999" not in body  # of November
    assert letter.channel == "email"
    assert "2026-10-31" in letter.text  # as of
    assert "9:00" in letter.text  # counted at


@pytest.mark.parametrize(("language", "times"), [("zh", "人次"), ("en", "person-times")])
def test_person_times_are_never_called_people(town, digest, language, times):
    letter = _shown(town, digest, language)
    for number in ("300", "240", "385", "531"):
        assert not re.search(rf"\b{number} (人(?!次)|people)", letter.text)
    assert f"531 {times}" in letter.text


def test_each_figure_leads_to_its_rows_and_its_definition(town, digest, as_person):
    letter = _shown(town, digest, "en")
    links = re.findall(r"http\S+/impact/records\S+", letter.text)
    assert len(links) == len(digest.told) == 5  # money and projects without any record are not told
    assert letter.text.count("Definition, version") == len(links)
    client = as_person(town.coordinator)
    for link, line in zip(links, digest.told, strict=True):
        page = client.get(link[link.index("/impact") :]).text
        assert line.figure.written in page


def test_the_picture_is_said_in_words_and_as_a_table(town, digest):
    letter = _shown(town, digest, "en")
    (alt,) = re.findall(r'<img src="cid:chart"[^>]*?alt="([^"]+)"', letter.html, re.S)
    for said in ("Most in May 2026: 531 person-times.", "Oct 2026: 385 person-times."):
        assert said in alt
        assert said in letter.text
    assert letter.html.count('scope="row"') == len(digest.times) == 12
    assert "May 2026: 531 person-times (professional 400, outreach 131)" in letter.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_picture_is_sharp_small_and_always_the_same(digest, language):
    picture = letters.draw(digest, language)
    assert picture == letters.draw(digest, language)
    assert len(picture) < 60_000
    image = Image.open(BytesIO(picture))
    assert (image.format, image.width) == ("PNG", 1200)
    ground = image.convert("RGB")
    corners = [(x, y) for x in (0, 1199) for y in (0, image.height - 1)]
    assert {ground.getpixel(corner) for corner in corners} == {(255, 255, 255)}


def test_few_people_are_named_as_such(town, digest):
    assert "fewer than five" in _shown(town, digest, "en").text
    nobody = read_digest(town.neighbour, OCTOBER, now=DUE)
    assert "fewer than five" not in _shown(town, nobody, "en").text
    assert "Nothing is on record" in _shown(town, nobody, "en").text


def test_the_mail_arrives_with_its_picture_and_goes_again_with_the_same_bytes(committed, sinks):
    fill(build_world())
    with transaction():
        assert actions.tell_month(now=DUE, limit=1) == 1
        alive = database_now() + timedelta(days=1)  # the test plays in the past
        db.session.execute(update(Message).values(expires_at=alive))
    sinks.mail_faults.lose = 1.0
    assert deliver(clock=database_now).unknown == 1
    sinks.mail_faults.lose = 0.0
    with transaction():
        settle_unknown(db.session.scalars(select(Message.id)).one(), received=False, now=DUE)
        db.session.execute(update(Message).values(try_at=Message.due_at))
    assert deliver(clock=database_now).sent == 1
    first, second = (base64.b64decode(one["raw"]) for one in sinks.mail.arrivals())
    assert first == second
    _ensure_whole(message_from_bytes(first, policy=policy.default))


def _ensure_whole(mail):
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/png",
    ]
    related = mail.get_payload()[1]
    assert related.get_param("type") == "text/html"  # RFC 2387
    html, mark, chart = related.get_payload()
    assert [part["Content-ID"] for part in (mark, chart)] == ["<mark>", "<chart>"]
    assert chart.get_content_disposition() == "inline"
    assert set(re.findall(r'src="cid:(\w+)"', html.get_content())) == {"mark", "chart"}
    assert mark.get_content() == MARK.read_bytes()
    assert Image.open(BytesIO(chart.get_content())).width == 1200
    assert list(mail.iter_attachments()) == []
    assert "307 人次" in mail.get_body(("plain",)).get_content()


def _shown(town, digest, language):
    return actions.preview(digest, to=town.coordinator, language=language, now=DUE)
