"""What this room takes from the post office: the receipts that a message centre brings."""

from flask import Flask

from volunteer_hub.messages.actions.receiving import KEEPS_RECEIPTS
from volunteer_hub.receipts.actions import keep_from_network


def init_app(_app: Flask) -> None:
    KEEPS_RECEIPTS.add(keep_from_network)
