"""Hang the drawings into the templates under the names the pages use."""

from functools import partial
from typing import TYPE_CHECKING

from volunteer_hub.drawing import charts
from volunteer_hub.drawing.facade import facade
from volunteer_hub.drawing.figure import figure
from volunteer_hub.drawing.fund import fund_bar
from volunteer_hub.drawing.icons import fingerprinted, icon, wordmark
from volunteer_hub.drawing.lane import lane_bar, time_axis
from volunteer_hub.drawing.mark import mark
from volunteer_hub.drawing.street import wall_street
from volunteer_hub.drawing.wheel import wheel

if TYPE_CHECKING:
    from flask import Flask


def register(app: "Flask") -> None:
    """Give every template, imported components too, the drawings."""
    sprite = fingerprinted(app.static_url_path or "/static")
    app.jinja_env.globals.update(
        icon=partial(icon, sprite=sprite),
        wordmark=partial(wordmark, sprite=sprite),
        mark=mark,
        wheel=wheel,
        charts=charts,
        figure=figure,
        fund_bar=fund_bar,
        lane_bar=lane_bar,
        time_axis=time_axis,
        facade=facade,
        wall_street=wall_street,
    )
