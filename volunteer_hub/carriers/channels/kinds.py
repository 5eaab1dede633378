"""The right channel for one address."""

from email.utils import parseaddr
from functools import partial
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from volunteer_hub.carriers.channels.inbound import Keep, KeepReceipts
from volunteer_hub.carriers.channels.kannel import KannelChannel
from volunteer_hub.carriers.channels.outcome import Channel
from volunteer_hub.carriers.channels.route import check, find, find_web
from volunteer_hub.carriers.channels.smpp import SmppChannel
from volunteer_hub.carriers.channels.smtp import SmtpChannel
from volunteer_hub.carriers.channels.webhook import WebhookChannel
from volunteer_hub.carriers.rules.signing import receipt_proof
from volunteer_hub.foundation.settings import settings


def open_channel(
    url: str, channel: str, *, keep: Keep | None = None, keep_receipts: KeepReceipts | None = None
) -> Channel:
    """Give what carries messages of a channel, email or sms; it connects with its first message.

    :param keep: stores what people write back, where the other side brings that
    :param keep_receipts: stores what becomes of messages, where it comes on the same way
    :raises ValueError: if no channel can be opened with the address
    """
    check(url, channel)
    if channel == "email":
        said = settings()
        return SmtpChannel(
            partial(find, url, "smtp"),
            sender=said.mail_from,
            envelope=parseaddr(said.mail_from)[1],
            helo=urlsplit(said.public_url).hostname or "localhost",
        )
    scheme = urlsplit(url).scheme
    if scheme.startswith("kannel+"):
        return KannelChannel(partial(find_web, url), report_to=kannel_reports_to)
    if scheme.startswith("webhook+"):
        there = find_web(url)
        return WebhookChannel(
            partial(find_web, url), settles_by_key=there.idempotent, window=there.window
        )
    return SmppChannel(partial(find, url, "smpp"), keep=keep, keep_receipts=keep_receipts)


def kannel_reports_to(uuid: UUID) -> str:
    """Give the address at our door for receipts; Kannel puts a number in place of %d."""
    said = settings()
    proof = receipt_proof(uuid, key=said.secret_key)
    door = said.public_url.replace("%", "%%")  # Kannel reads every % as the beginning of a word
    return f"{door}/receipts/kannel?{urlencode({'id': uuid})}&status=%d&proof={proof}"
