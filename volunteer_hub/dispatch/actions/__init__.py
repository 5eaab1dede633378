"""What the workers ask of the drain."""

from volunteer_hub.dispatch.actions.delivery import DeliveryCount, deliver

__all__ = ["DeliveryCount", "deliver"]
