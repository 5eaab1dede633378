"""A measured figure: a number is nothing without its unit."""

from markupsafe import Markup, escape


def figure(value: object, unit: str) -> Markup:
    """Write a number with its unit.  Raises when the unit is empty."""
    if not str(unit).strip():
        raise ValueError(f"the figure {value!r} needs a unit")
    return Markup('<span class="stat-value">{}<span class="unit">{}</span></span>').format(
        escape(value), escape(unit)
    )
