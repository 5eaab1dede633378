"""Open the carriers that the settings name."""

from collections.abc import Iterable

from volunteer_hub.carriers.channels.inbound import Keep, KeepReceipts
from volunteer_hub.carriers.channels.kinds import open_channel
from volunteer_hub.carriers.channels.outcome import Channel
from volunteer_hub.carriers.channels.smpp import SmppChannel
from volunteer_hub.carriers.channels.ways import Way, all_ways
from volunteer_hub.foundation.settings import settings


def ways() -> list[Way]:
    """Give every carrier of the settings, which were checked when they were read."""
    said = settings()
    return all_ways(smtp=said.smtp_url, sms=said.sms_url)


def open_channels(
    those: Iterable[Way], *, keep: Keep, keep_receipts: KeepReceipts
) -> dict[str, Channel]:
    """Give a channel for each carrier by its name; none connects before its first letter.

    :param keep: stores what people write back
    :param keep_receipts: stores what becomes of messages
    """
    keeps = {"keep": keep, "keep_receipts": keep_receipts}
    return {way.name: open_channel(way.url, way.channel, **keeps) for way in those}


def open_listeners(*, keep: Keep, keep_receipts: KeepReceipts) -> list[SmppChannel]:
    """Give a channel for each carrier that brings what people write."""
    texts = (way for way in ways() if way.channel == "sms")
    keeps = {"keep": keep, "keep_receipts": keep_receipts}
    opened = (open_channel(way.url, "sms", **keeps) for way in texts)
    return [channel for channel in opened if isinstance(channel, SmppChannel)]
