"""What doors and workers ask of the receipts."""

from volunteer_hub.receipts.actions.applying import apply_waiting
from volunteer_hub.receipts.actions.keeping import keep, keep_from_network
from volunteer_hub.receipts.actions.pauses import end_pauses, lift

__all__ = ["apply_waiting", "end_pauses", "keep", "keep_from_network", "lift"]
