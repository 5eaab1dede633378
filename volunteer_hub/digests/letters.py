"""The letter of this room: the figures of a month, with a picture of the year behind it."""

from datetime import datetime, timedelta

from flask_babel import format_date

from volunteer_hub.digests.queries import Digest, Times
from volunteer_hub.digests.rules import KIND, topic_of
from volunteer_hub.drawing.picture import Column, stacked_png
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import localized, speaking, write_month
from volunteer_hub.messages import actions as post_office
from volunteer_hub.messages.rules.readers import Attachment, Reader
from volunteer_hub.messages.rules.states import LANE_BULK, LANE_OWN

WORTH_READING = timedelta(days=14)


def post(to: Reader, digest: Digest, picture: bytes, *, now: datetime) -> int:
    """Tell somebody who looks after a place; once for each person, place and month.

    :returns: how many letters are new
    """
    key = f"{KIND}:{digest.place.id}:{digest.month}:{to.recipient_id}"
    topic = topic_of(digest.place.id, digest.days)
    return _post(to, digest, picture, key=key, topic=topic, lane=LANE_BULK, now=now)


def post_copy(to: Reader, digest: Digest, picture: bytes, *, now: datetime) -> int:
    """Give somebody the same letter because they ask for it; asked twice in a minute, once."""
    topic = f"{topic_of(digest.place.id, digest.days)}:copy:{to.recipient_id}"
    key = f"{KIND}:{topic}:{now:%Y%m%dT%H%M}"
    return _post(to, digest, picture, key=key, topic=topic, lane=LANE_OWN, now=now)


def draw(digest: Digest, language: str) -> bytes:
    """Draw the services of twelve months, in the language of the reader."""
    first, last = digest.times[0], digest.times[-1]
    with speaking(language):
        return stacked_png(
            [_column(one, opens=one is first) for one in digest.times],
            title=_("Services by month, in person-times"),
            about=_(
                "%(place)s, %(first)s to %(last)s",
                place=localized(digest.place, "name"),
                first=write_month(first.days.first),
                last=write_month(last.days.first),
            ),
            legend=(_(first.professional.label), _(first.outreach.label)),
        )


def _column(times: Times, *, opens: bool) -> Column:
    day = times.days.first
    year = str(day.year) if opens or day.month == 1 else ""
    amounts = times.professional.amount or 0, times.outreach.amount or 0
    return Column(format_date(day, "LLL"), year, *amounts)


def _post(
    to: Reader, digest: Digest, picture: bytes, *, key: str, topic: str, lane: int, now: datetime
) -> int:
    chart = Attachment(f"services-{digest.month}.png", "image/png", picture, cid="chart")
    return post_office.post_letter(
        "digests/month",
        to=to._replace(place_path=digest.place.path),
        kind=KIND,
        key=key,
        topic=topic,
        facts={"digest": digest},
        due_at=now,
        expires_at=now + WORTH_READING,
        lane=lane,
        channels={"email"},
        attachments=[chart],
    )
