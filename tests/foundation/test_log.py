"""Logs say what happened and with which request, and nothing about anybody."""

import io
import json
import logging

import pytest
import structlog

from volunteer_hub.foundation import log


@pytest.fixture
def lines():
    """Set the log up as in production, and give what it wrote."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    log.set_up()
    written = io.StringIO()
    root.handlers[0].setStream(written)  # type: ignore[attr-defined]
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    log.carry()
    root.handlers[:] = before
    root.setLevel(level)


def test_each_event_is_one_line_of_json(lines):
    logging.getLogger("hub.test").warning("第 %s 行\nstill one line", 1)
    (line,) = lines()
    assert line["event"] == "第 1 行\nstill one line"
    assert (line["level"], line["logger"]) == ("warning", "hub.test")
    assert line["timestamp"].endswith("Z")


def test_the_request_id_stands_on_every_line_until_the_next_request(lines):
    log.carry(request_id="1234567890123456")
    logging.getLogger("library").info("theirs")
    structlog.get_logger("hub").info("ours")
    log.carry(request_id="other-request")
    logging.getLogger("library").info("next")
    log.carry()
    logging.getLogger("library").info("between")
    ids = [line.get("request_id") for line in lines()]
    assert ids == ["1234567890123456", "1234567890123456", "other-request", None]


@pytest.mark.parametrize(
    "secret",
    [
        {"code": "482913"},
        {"sign_in_code": "482913"},
        {"password": "482913"},
        {"access_token": "482913"},
        {"SECRET_KEY": "482913"},
        {"Authorization": "Bearer 482913"},
        {"headers": {"Cookie": "hub_session=482913"}},
        {"facts": [{"token": "482913"}]},
        {"api_key": "482913"},
    ],
)
def test_secrets_do_not_appear_by_name(lines, secret):
    structlog.get_logger("hub").info("sent", **secret)
    (line,) = lines()
    assert "482913" not in json.dumps(line)
    assert "[hidden]" in json.dumps(line)


@pytest.mark.parametrize(
    "said",
    [
        "GET /sign-in/link?token=482913&next=/me",
        "code: 482913",
        "Authorization: Bearer 482913",
        "Authorization: Basic 482913",
        "{'password': '482913', 'name': 'x'}",
        '{"secret": "482913"}',
        "bearer 482913",
    ],
)
def test_secrets_do_not_appear_in_sentences(lines, said):
    logging.getLogger("library").info("saw %s", said)
    (line,) = lines()
    assert "482913" not in line["event"]


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("call +8613812345678 now", "call [number]5678 now"),
        ("call 13812345678 now", "call [number]5678 now"),
        ("call +8609318888888 now", "call [number]8888 now"),
        ("mail chen.xm+hub@example.org now", "mail [name]@example.org now"),
        ("person 1234567 of 20261205", "person 1234567 of 20261205"),
        ("code words are no secret", "code words are no secret"),
    ],
)
def test_phones_and_addresses_do_not_appear(lines, said, written):
    logging.getLogger("library").info(said)
    structlog.get_logger("hub").info("x", facts={"deep": [said]})
    plain, deep = lines()
    assert plain["event"] == written
    assert deep["facts"] == {"deep": [written]}


def test_nor_do_they_in_what_an_error_quotes(lines):
    try:
        raise ValueError("Key (phone)=(+8613812345678) exists; token=482913")
    except ValueError:
        logging.getLogger("hub").exception("It broke")
        structlog.get_logger("hub").error("It broke", exc_info=True)
    for line in lines():
        assert "Traceback" in line["exception"]
        assert "13812345678" not in json.dumps(line)
        assert "482913" not in json.dumps(line)


def test_what_is_no_secret_stays(lines):
    structlog.get_logger("hub").info("answered", status_code=200, path="/shifts/7", count=3)
    (line,) = lines()
    assert (line["status_code"], line["path"], line["count"]) == (200, "/shifts/7", 3)


def test_the_database_s_errors_do_not_quote_what_was_written(app):
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    from volunteer_hub.foundation.database import db

    with pytest.raises(DBAPIError) as failed:
        db.session.execute(text("select :secret from nowhere"), {"secret": "482913"})
    assert "482913" not in str(failed.value)
