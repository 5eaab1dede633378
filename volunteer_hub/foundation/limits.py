"""Rate limits, shared by all processes through the broker's server; open when it is away."""

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from volunteer_hub.foundation.doors import current_actor


def _caller() -> str:
    """Count by account where there is one: a whole community centre shares one address."""
    actor = current_actor()
    return f"person:{actor.person_id}" if actor.signed_in else f"from:{get_remote_address()}"


limiter = Limiter(
    key_func=_caller,
    strategy="moving-window",
    swallow_errors=True,
    in_memory_fallback_enabled=False,
    headers_enabled=True,
    default_limits=["1200 per minute"],
)


def by_address() -> str:
    """Count by network address, whoever is signed in."""
    return f"from:{get_remote_address()}"


def init_app(app: Flask) -> None:
    limiter.init_app(app)
    limiter.request_filter(lambda: request.endpoint in {"static", "home.healthz", "home.readyz"})
