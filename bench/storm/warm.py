"""Imported once by the process that all clients are copied from: building an app imports all."""

import config
from volunteer_hub.app import create_app

create_app(config.read())
