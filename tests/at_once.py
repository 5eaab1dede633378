"""Real concurrency: tasks that begin at one moment, each in a thread and a transaction."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import Refusal

Task = Callable[[], object]
PATIENCE = 30  # seconds until all threads must stand ready


def at_once(app: Flask, *tasks: Task) -> list[object]:
    """Do all tasks; give what each returned, or its refusal.  Any other error is raised."""
    ready = Barrier(len(tasks))

    def run(task: Task) -> object:
        with app.app_context():
            ready.wait(PATIENCE)
            try:
                with transaction():
                    return task()
            except Refusal as refusal:
                return refusal
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def outcomes(app: Flask, *tasks: Task) -> list[object]:
    """Do the same; give "done", or the class of the refusal."""
    return [type(each) if isinstance(each, Refusal) else "done" for each in at_once(app, *tasks)]
