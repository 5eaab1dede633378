"""Imported once by the process that all clients are copied from: building an app takes long.

Nothing is connected yet: every client opens connections of its own.
"""

import config
from volunteer_hub.app import create_app

app = create_app(config.read(), BELLS_SILENT=True)
