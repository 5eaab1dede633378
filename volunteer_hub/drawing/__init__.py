"""The pictures of the identity as SVG: wheel, windows, charts, icons.  Pure, no domain."""

from volunteer_hub.drawing.names import register

__all__ = ["register"]
