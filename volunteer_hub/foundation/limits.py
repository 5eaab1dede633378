"""Rate limits, shared by all processes through the broker's server; open when it is away."""

import logging
import math
import time

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from redis.backoff import NoBackoff
from redis.retry import Retry

from volunteer_hub.foundation.doors import current_actor

A_MINUTE = 60


def _caller() -> str:
    """Count by account where there is one: a whole community centre shares one address."""
    actor = current_actor()
    return f"person:{actor.person_id}" if actor.signed_in else f"from:{get_remote_address()}"


limiter = Limiter(
    key_func=_caller,
    strategy="moving-window",
    swallow_errors=True,
    in_memory_fallback_enabled=False,
    # Its Retry-After would stand on every answer and cost a second question; ours is on the 429.
    headers_enabled=False,
    default_limits=["1200 per minute"],
    # A server that is away must cost one short try, not the library's patient backing off.
    storage_options={"retry": Retry(NoBackoff(), 0)},  # type: ignore[dict-item]
)


@limiter.request_filter
def _is_free() -> bool:
    return request.endpoint in {"static", "home.healthz", "home.readyz"}


def _in_one_line(record: logging.LogRecord) -> bool:
    """Say that the counter is away without the library's traceback for every single request."""
    record.exc_info = None
    return True


limiter.logger.addFilter(_in_one_line)


def by_address() -> str:
    """Count by network address, whoever is signed in."""
    return f"from:{get_remote_address()}"


def seconds_to_wait() -> int:
    """Say when the limit that was just hit lets the caller in again."""
    limit = limiter.current_limit
    try:
        return max(1, math.ceil(limit.reset_at - time.time())) if limit else A_MINUTE
    except Exception:  # the counter went away between the refusal and this question
        return A_MINUTE


def init_app(app: Flask) -> None:
    limiter.init_app(app)
