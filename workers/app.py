"""The Celery app around the house.  A task only ever means: look into the database.

Redis may lose, repeat or delay what is queued there, and nothing but the latency changes: what is
to be done stands in PostgreSQL. Why each setting: docs/decisions/0005-celery-only-wakes.md.
"""

import logging
from importlib.util import find_spec
from typing import Any

from celery import Celery, Task
from celery.signals import setup_logging, task_prerun, worker_process_init
from flask import Flask
from kombu.entity import Exchange, Queue

from volunteer_hub.app import ROOMS, create_app
from volunteer_hub.foundation import log
from volunteer_hub.foundation.database import db
from workers.schedule import SCHEDULE

QUEUES = ("codes", "messages", "stats")
ANONYMOUS = Exchange("")  # needs no binding, so a wiped Redis cannot make it drop what is sent
SETTINGS: dict[str, Any] = {
    "task_ignore_result": True,
    "task_default_queue": "messages",
    "task_queues": [Queue(name, ANONYMOUS, routing_key=name) for name in QUEUES],
    "task_acks_late": False,
    "task_reject_on_worker_lost": False,
    "task_send_sent_event": False,
    # No time limits: a hard limit would kill a worker between a letter and its answer.
    "worker_prefetch_multiplier": 1,
    "worker_soft_shutdown_timeout": 20.0,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "worker_max_tasks_per_child": 1000,
    "worker_max_memory_per_child": 300_000,  # kB
    "worker_send_task_events": False,
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "beat_scheduler": "workers.heartbeat:BeatingScheduler",
    "beat_schedule": SCHEDULE,
    "beat_enable_remote_control": True,
    "timezone": "UTC",
    "enable_utc": True,
}


def make_celery(flask: Flask) -> Celery:
    """Build the Celery app whose tasks run inside this house."""

    class InTheHouse(Task):
        """A task with the house around it; its session ends with it."""

        abstract = True

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            with flask.app_context():
                try:
                    return super().__call__(*args, **kwargs)
                finally:
                    db.session.remove()

    # Not the current app: a task called by hand runs in the house that calls it.
    celery = Celery("volunteer_hub", task_cls=InTheHouse, set_as_current=False)
    celery.conf.update(flask.config["BROKER"] | SETTINGS)
    celery.conf.imports = task_modules()

    @worker_process_init.connect(weak=False)
    def leave_the_parent_its_connections(**_: Any) -> None:
        with flask.app_context():
            db.engine.dispose(close=False)

    celery.finalize()
    return celery


def task_modules() -> tuple[str, ...]:
    """List the rooms' files of tasks, as far as a room has one."""
    names = ("heartbeat", "foundation", *ROOMS)
    return tuple(f"workers.{name}" for name in names if find_spec(f"workers.{name}"))


@setup_logging.connect
def _keep_our_logs(**_: Any) -> None:
    """Celery leaves logging alone when somebody listens here: the house has set it up."""
    for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)  # a line for every tick helps nobody


@task_prerun.connect
def _carry_on(task: Task, task_id: str, **_: Any) -> None:
    """Write the request that rang the bell into every line of this task."""
    request_id = task.request.get("request_id") or task_id
    log.carry(task=task.name, request_id=request_id)


celery = make_celery(create_app())
