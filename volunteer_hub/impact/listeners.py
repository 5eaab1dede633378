"""Hear of counted facts, inside their transaction."""

from flask import Flask

from volunteer_hub.foundation.bells import facts_changed
from volunteer_hub.foundation.facts import Fact
from volunteer_hub.impact import actions


def _note(_sender: object, *, facts: list[Fact]) -> None:
    actions.note_changes(facts=facts)


def init_app(_app: Flask) -> None:
    facts_changed.connect(_note)
