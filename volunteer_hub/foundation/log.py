"""Structured logs: one JSON line per event with the request id that workers carry on.

Personal data, codes and tokens never go into a log; the filter below is the second belt.
"""

import logging
import re
import sys
from typing import Any

import structlog

CHATTY = ("alembic", "celery", "kombu")  # they tell of every tick
_HARMLESS = frozenset({"request_id", "timestamp", "status_code", "logger", "level"})
_SECRET_NAME = re.compile(r"code|password|token|secret|authorization|cookie|api_?key", re.I)
# "token=…", "code: …", "Bearer …" inside a sentence, a header or an address
_SECRET_IN_TEXT = re.compile(
    r"""(?P<name>(?:code|password|token|secret|cookie|authorization)["']?\s*[=:]\s*["']?
        (?:bearer\s+|basic\s+)?|\bbearer\s+)[^\s"'&,;)]+""",
    re.I | re.X,
)
_PHONE = re.compile(r"\+?\d{7,11}(?=\d{4})")
_MAIL = re.compile(r"[\w.+-]+@(?=[\w-]+\.\w)")


def _hide(text: str) -> str:
    text = _SECRET_IN_TEXT.sub(r"\g<name>[hidden]", text)
    return _MAIL.sub("[name]@", _PHONE.sub("[number]", text))


def _without_secrets(value: Any) -> Any:
    if isinstance(value, str):
        return _hide(value)
    if isinstance(value, dict):
        return {
            key: "[hidden]" if _SECRET_NAME.search(str(key)) else _without_secrets(inside)
            for key, inside in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_without_secrets(inside) for inside in value]
    return value


def _hide_secrets(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    for key, value in event.items():
        if key in _HARMLESS or key.startswith("_"):  # the formatter's own notes begin with _
            continue
        event[key] = "[hidden]" if _SECRET_NAME.search(key) else _without_secrets(value)
    return event


def set_up(*, level: str = "INFO", pretty: bool = False) -> None:
    """Send every log line, ours and the libraries', through one format to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,  # before the filter: errors quote what they choke on
        _hide_secrets,
    ]
    last = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if pretty
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for library in CHATTY:
        logging.getLogger(library).setLevel(logging.WARNING)


def carry(**facts: object) -> None:
    """Bind facts, such as the request id, to every later line of this request or task."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**facts)
