"""Which channel an address opens, and what each address says."""

import base64
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from flask import Flask

import config
from tests.carriers.parcels import a_text
from tests.carriers.scripted import Scripted
from volunteer_hub.carriers.channels.kannel import KannelChannel
from volunteer_hub.carriers.channels.kinds import kannel_reports_to, open_channel
from volunteer_hub.carriers.channels.outcome import NotNow, Refused, Unclear
from volunteer_hub.carriers.channels.route import WebEndpoint, check, find_web
from volunteer_hub.carriers.channels.smpp import SmppChannel
from volunteer_hub.carriers.channels.smtp import SmtpChannel
from volunteer_hub.carriers.channels.webhook import WebhookChannel
from volunteer_hub.carriers.rules import signing

KEY = b"0123456789abcdef0123456789+/>>??"
SECRET = base64.b64encode(KEY).decode()
KANNEL = "kannel+http://u%40x:p%2F@smsc/cgi-bin/sendsms"
UUID_ONE = UUID("00000000-0000-4000-8000-000000000001")
A_SECRET = "x" * 32


@pytest.fixture(autouse=True)
def house() -> Generator[Flask]:
    """A house with settings and nothing else."""
    app = Flask("house")
    environ = {"HUB_VAR": "/srv/hub", "SECRET_KEY": A_SECRET}
    environ["HUB_PUBLIC_URL"] = "https://hub.example.org/a%20b"
    app.config["SETTINGS"] = config.read(environ)
    with app.app_context():
        yield app


@pytest.mark.parametrize(
    ("url", "channel", "kind"),
    [
        ("smtp://mail", "email", SmtpChannel),
        ("sink:///nowhere/smtp.port", "email", SmtpChannel),
        ("smpp://smsc", "sms", SmppChannel),
        ("sink:///nowhere/smsc.port", "sms", SmppChannel),
        (KANNEL, "sms", KannelChannel),
        (KANNEL.replace("http", "https"), "sms", KannelChannel),
        (f"webhook+http://host/in?secret={SECRET}", "sms", WebhookChannel),
        (f"webhook+https://host?secret=whsec_{SECRET}", "sms", WebhookChannel),
    ],
)
def test_an_address_opens_its_channel(url: str, channel: str, kind: type) -> None:
    assert type(open_channel(url, channel)) is kind


@pytest.mark.parametrize(
    ("more", "settles", "window"),
    [
        ("", False, 86_400),
        ("&idempotent=no", False, 86_400),
        ("&idempotent=yes", True, 86_400),
        ("&idempotent=yes&window=900", True, 900),
    ],
)
def test_a_provider_may_settle_by_key(more: str, settles: bool, window: int) -> None:
    channel = open_channel(f"webhook+http://host/in?secret={SECRET}{more}", "sms")
    assert isinstance(channel, WebhookChannel)
    assert (channel.settles_by_key, channel.window) == (settles, timedelta(seconds=window))


@pytest.mark.parametrize(
    ("url", "channel", "said"),
    [
        ("", "sms", "must begin with"),
        ("http://host", "sms", "must begin with"),
        ("webhook+ftp://host", "sms", "must begin with"),
        ("smtp://mail", "sms", "must begin with"),
        (KANNEL, "email", "must begin with"),
        ("kannel+http:///cgi-bin/sendsms", "sms", "name a host"),
        ("kannel+http://u@smsc/cgi-bin/sendsms", "sms", "user, password and path"),
        ("kannel+http://u:p@smsc", "sms", "user, password and path"),
        ("webhook+https://host", "sms", "secret must be"),
        ("webhook+https://host?secret=whsec_a*b", "sms", "secret must be"),
        (f"webhook+https://host?secret={'A' * 88}", "sms", "secret must be"),
        (f"webhook+https://host?secret={SECRET}&idempotent=1", "sms", "yes or no"),
        (f"webhook+https://host?secret={SECRET}&window=1h", "sms", "number of seconds"),
        (f"webhook+https://host?secret={SECRET}&window=0", "sms", "number of seconds"),
        ("smpp://id:p/w@smsc", "sms", "%2F"),
        ("smpp://[smsc", "sms", "%2F"),
    ],
)
def test_what_is_no_address(url: str, channel: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check(url, channel)
    with pytest.raises(ValueError, match=said):
        open_channel(url, channel)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            f"{KANNEL}?from=+10690000&smsc=one%2Ftwo",
            WebEndpoint(
                *("smsc", 13013, False, "/cgi-bin/sendsms?smsc=one%2Ftwo"),
                *("u@x", "p/", "+10690000"),
            ),
        ),
        (
            f"webhook+https://host?secret=whsec_{SECRET}",
            WebEndpoint("host", 443, True, "/", secret=KEY),
        ),
        (
            f"webhook+http://host:81/a%20b/志?secret={SECRET}&x=1",
            WebEndpoint("host", 81, False, "/a%20b/%E5%BF%97?x=1", secret=KEY),
        ),
    ],
)
def test_what_an_address_says(url: str, expected: WebEndpoint) -> None:
    assert find_web(url) == expected


def test_kannel_is_told_where_to_report() -> None:
    address = kannel_reports_to(UUID_ONE)
    assert address.startswith("https://hub.example.org/a%%20b/receipts/kannel?")
    query = parse_qs(urlsplit(address.replace("%d", "8")).query)
    assert query == {
        "id": [str(UUID_ONE)],
        "status": ["8"],
        "proof": [signing.receipt_proof(UUID_ONE, key=A_SECRET)],
    }


def test_a_proof_is_of_one_message_and_one_key() -> None:
    other = UUID(int=UUID_ONE.int + 1)
    proofs = {
        signing.receipt_proof(uuid, key=key) for uuid in (UUID_ONE, other) for key in ("a", "b")
    }
    assert len(proofs) == 4
    assert {len(proof) for proof in proofs} == {signing.PROOF_SIGNS}
    assert all(int(proof, 16) for proof in proofs)


@pytest.mark.parametrize(
    ("status", "body", "raised", "told"),
    [
        (301, "", NotNow, True),
        (400, "Missing receiver number, rejected", Refused, True),
        (400, "Number(s) has/have been denied by white- and/or black-lists.", Refused, True),
        (400, "Sender missing and no global set, rejected", Refused, False),
        (400, "Charset or body misformed, rejected", Refused, False),
        (403, "Authorization failed for sendsms", NotNow, True),
        (403, "Not routable. Do not try again.", Refused, False),
        (404, "Unknown request.", NotNow, True),
        (500, "Sending failed.", Unclear, None),
        (503, "Temporal failure, try again later.", NotNow, False),
    ],
)
def test_what_kannel_s_answer_means(
    script: Scripted, status: int, body: str, raised: type[Exception], told: bool | None
) -> None:
    """Those that are hard to bring about with a Kannel; the words are from its smsbox."""
    script.says = (status, body)
    channel = open_channel(f"kannel+http://u:p@127.0.0.1:{script.port}/sendsms", "sms")
    channel.prepare(a_text())
    with pytest.raises(raised) as caught:
        channel.hand_over(a_text())
    channel.close()
    found = getattr(caught.value, "channel_is_down", getattr(caught.value, "address_is_bad", None))
    assert found == told


@pytest.mark.parametrize("body", ["0: Accepted for delivery", "3: Queued for later delivery"])
def test_kannel_takes_it_now_or_for_later(script: Scripted, body: str) -> None:
    script.says = (202, body)
    channel = open_channel(f"kannel+http://u:p@127.0.0.1:{script.port}/sendsms?smsc=one", "sms")
    parcel = a_text("您好")
    channel.prepare(parcel)
    assert channel.hand_over(parcel).answer == f"202 {body}"
    channel.close()
    (asked,) = script.asked
    assert asked.values == {
        "smsc": "one",
        "username": "u",
        "password": "p",
        "to": "+8613812345678",
        "text": "您好",
        "charset": "UTF-8",
        "coding": "2",
        "dlr-mask": "19",
        "dlr-url": kannel_reports_to(parcel.uuid),
    }


def test_no_channel_connects_before_its_first_message(tmp_path: Path) -> None:
    channel = open_channel(f"sink://{tmp_path}/nothing", "sms")
    with pytest.raises(NotNow) as caught:
        channel.prepare(a_text())
    assert caught.value.channel_is_down
