"""Read the sheets that were handed in, piece by piece, and verify the rest of large ones."""

import time

from celery import shared_task

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.services.actions import sheets

TIME_BOX = 20.0  # seconds; what is left then waits for the next tick


@shared_task(name="services.run_imports")
def run_imports() -> None:
    """Go on until nothing waits; killed anywhere, the next run goes on from the last piece."""
    ends = time.monotonic() + TIME_BOX
    while time.monotonic() < ends:
        with transaction():
            if not sheets.run_imports(now=utc_now()):
                break
