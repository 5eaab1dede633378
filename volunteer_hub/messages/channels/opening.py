"""Open the channels that the settings name."""

from email.utils import parseaddr
from functools import partial
from urllib.parse import urlsplit

from flask import current_app

from volunteer_hub.messages.channels.outcome import Channel
from volunteer_hub.messages.channels.route import find
from volunteer_hub.messages.channels.smpp import SmppChannel
from volunteer_hub.messages.channels.smtp import SmtpChannel


def open_channels() -> dict[str, Channel]:
    """Give a channel for each server named; none connects before its first letter."""
    settings = current_app.config["SETTINGS"]
    channels: dict[str, Channel] = {}
    if settings.smtp_url:
        channels["email"] = SmtpChannel(
            partial(find, settings.smtp_url, "smtp"),
            sender=settings.mail_from,
            envelope=parseaddr(settings.mail_from)[1],
            helo=urlsplit(settings.public_url).hostname or "localhost",
        )
    if settings.sms_url:
        channels["sms"] = SmppChannel(partial(find, settings.sms_url, "smpp"))
    return channels
