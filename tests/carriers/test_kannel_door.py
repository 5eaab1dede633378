"""From our channel through Debian's Kannel and back to our own door, nothing made up between."""

import threading
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from standalone.sinks.running import Sinks
from tests.carriers.boxes import Kannel
from tests.carriers.parcels import a_text
from volunteer_hub.carriers.channels.kinds import open_channel
from volunteer_hub.foundation.database import db
from volunteer_hub.receipts.models import Receipt

WITHIN = 20.0  # seconds


@pytest.fixture
def house(committed: Flask) -> Generator[Flask]:
    """The house behind a real web server, under the address that it gives to others."""
    server = make_server("127.0.0.1", 0, committed, threaded=True)
    here = f"http://127.0.0.1:{server.server_port}"
    committed.config["SETTINGS"] = replace(committed.config["SETTINGS"], public_url=here)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield committed
    server.shutdown()
    thread.join()
    server.server_close()


def the_receipt() -> Receipt:
    deadline = time.monotonic() + WITHIN
    while (found := db.session.scalars(select(Receipt)).one_or_none()) is None:
        assert time.monotonic() < deadline, "no receipt came"
        db.session.rollback()
        time.sleep(0.05)
    return found


@pytest.mark.parametrize(
    ("off", "answer", "event"),
    [(False, "", 1), (True, "", 2), (False, "0x0000000b", 16)],
    ids=["delivered", "not delivered", "refused by the centre"],
)
def test_kannel_s_word_reaches_our_door(
    kannel: Kannel, far_end: Sinks, house: Flask, off: bool, answer: str, event: int
) -> None:
    number = f"86139000000{event:02}"
    if off:
        far_end.smsc.phones_off.add(number)
    if answer:
        far_end.sms_faults.answers[number] = answer
    noted = kannel.count("Adding DLR")
    gate = None if answer else far_end.sms_faults.gate("receipt")
    parcel = a_text(to=f"+{number}")
    with closing(open_channel(kannel.url(), "sms")) as channel:
        channel.prepare(parcel)
        channel.hand_over(parcel)
    if gate is not None:
        gate.wait()
        kannel.wait_until_it_says("Adding DLR", times=noted + 1)
        gate.open()
    receipt = the_receipt()
    assert (receipt.carrier, receipt.uuid) == ("kannel", parcel.uuid)
    assert receipt.answer == f"dlr {event}"
