"""Work beside this work, with a session of its own."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import copy_context

from flask import Flask, current_app

from volunteer_hub.foundation.database import db


@contextmanager
def beside(work: Callable[[threading.Event], None]) -> Generator[None]:
    """Run `work` in a thread of this house while the block runs; it must end when told to stop."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    stop = threading.Event()

    def run() -> None:
        with app.app_context():
            try:
                work(stop)
            finally:
                db.session.remove()

    thread = threading.Thread(target=copy_context().run, args=(run,), name="beside", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
