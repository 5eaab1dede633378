"""Structured logs: one JSON line per event with the request id that workers carry on.

Personal data, codes and tokens never go into a log; the filter below is the second belt.
"""

import logging
import re
import sys
from typing import Any

import structlog

_SECRETS = re.compile(r"(code|password|token|secret|authorization|cookie)", re.IGNORECASE)
_PHONE = re.compile(r"\+?\d{7,11}(?=\d{4})")


def _hide_secrets(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    for key, value in event.items():
        if _SECRETS.search(key):
            event[key] = "[hidden]"
        elif isinstance(value, str):
            event[key] = _PHONE.sub("[number]", value)
    return event


def set_up(*, level: str = "INFO", pretty: bool = False) -> None:
    """Send every log line, ours and the libraries', through one format to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
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
                structlog.processors.format_exc_info,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def carry(**facts: object) -> None:
    """Bind facts, such as the request id, to every later line of this request or task."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**facts)
