"""What other rooms and the workers ask of the post office."""

from volunteer_hub.messages.actions.posting import call_back, post_letter
from volunteer_hub.messages.actions.receiving import listen, settle_text, stop_texts
from volunteer_hub.messages.actions.settling import retry, retry_all, settle_unknown, tidy

__all__ = [
    "call_back",
    "listen",
    "post_letter",
    "retry",
    "retry_all",
    "settle_text",
    "settle_unknown",
    "stop_texts",
    "tidy",
]
