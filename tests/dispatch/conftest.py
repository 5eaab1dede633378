"""The trial letter of the post office, and the receiving servers."""

from tests.messages.conftest import sinks, trial_letters

__all__ = ["sinks", "trial_letters"]
