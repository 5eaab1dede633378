"""Open the channels that the settings name."""

from email.utils import parseaddr
from functools import partial
from urllib.parse import urlsplit

from volunteer_hub.carriers.channels.inbound import Keep
from volunteer_hub.carriers.channels.outcome import Channel
from volunteer_hub.carriers.channels.route import find
from volunteer_hub.carriers.channels.smpp import SmppChannel
from volunteer_hub.carriers.channels.smtp import SmtpChannel
from volunteer_hub.foundation.settings import settings


def open_channels(*, keep: Keep) -> dict[str, Channel]:
    """Give a channel for each server named; none connects before its first letter.

    :param keep: stores what people write back
    """
    said = settings()
    channels: dict[str, Channel] = {}
    if said.smtp_url:
        channels["email"] = SmtpChannel(
            partial(find, said.smtp_url, "smtp"),
            sender=said.mail_from,
            envelope=parseaddr(said.mail_from)[1],
            helo=urlsplit(said.public_url).hostname or "localhost",
        )
    texts = open_sms(keep=keep)
    if texts is not None:
        channels["sms"] = texts
    return channels


def open_sms(*, keep: Keep) -> SmppChannel | None:
    """Give the channel of text messages, if a message centre is named."""
    url = settings().sms_url
    return SmppChannel(partial(find, url, "smpp"), keep=keep) if url else None
