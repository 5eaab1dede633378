"""The settings of the house that answers right now."""

from flask import current_app

from config import Settings


def settings() -> Settings:
    """Give what the operator decided; config.py reads it once."""
    return current_app.config["SETTINGS"]
