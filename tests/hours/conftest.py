"""Everything here plays on the market morning of tests/market.py."""

from tests.market import english, shift, signup

__all__ = ["english", "shift", "signup"]
