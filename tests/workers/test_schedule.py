"""The beat table is sane, each line has its reason, and every task may run twice."""

import re
from pathlib import Path

import pytest

from volunteer_hub.foundation import heartbeat
from volunteer_hub.foundation.bells import BELLS
from workers import schedule
from workers.app import QUEUES
from workers.schedule import SCHEDULE


@pytest.mark.parametrize("name", SCHEDULE)
def test_every_entry_names_a_task_and_a_queue(celery, name):
    entry = SCHEDULE[name]
    assert entry["task"] in celery.tasks
    assert entry["options"]["queue"] in QUEUES


@pytest.mark.parametrize("name", SCHEDULE)
def test_every_entry_says_why(name):
    lines = Path(schedule.__file__).read_text().splitlines()
    (at,) = [n for n, line in enumerate(lines) if line.strip().startswith(f'"{name}":')]
    assert lines[at - 1].strip().startswith("# ")


@pytest.mark.parametrize("name", SCHEDULE)
def test_a_late_wake_up_is_dropped_before_the_next(name):
    entry = SCHEDULE[name]
    every = entry["schedule"]
    assert entry["options"]["expires"] <= (every if isinstance(every, float) else 86_400)


@pytest.mark.parametrize("bell", BELLS)
def test_every_bell_wakes_a_task(celery, bell):
    task, queue = BELLS[bell]
    assert task in celery.tasks
    assert queue in QUEUES


def test_tasks_carry_nothing_but_names(celery):
    carried = {key for entry in SCHEDULE.values() for key in entry.get("kwargs", {})}
    assert carried <= {"name"}


@pytest.mark.parametrize("name", SCHEDULE)
def test_every_task_is_safe_to_run_twice(celery, committed, name):
    task = celery.tasks[SCHEDULE[name]["task"]]
    for _ in range(2):
        task(**SCHEDULE[name].get("kwargs", {}))


def test_a_worker_s_task_is_its_sign_of_life(celery, committed):
    celery.tasks["heartbeat.worker"](name="worker")
    assert "worker" in heartbeat.last_beats()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("task_ignore_result", True),
        ("task_acks_late", False),
        ("task_reject_on_worker_lost", False),
        ("worker_prefetch_multiplier", 1),
        ("task_time_limit", None),
        ("worker_cancel_long_running_tasks_on_connection_loss", False),
        ("broker_connection_max_retries", None),
        ("timezone", "UTC"),
    ],
)
def test_the_settings_that_keep_promises(celery, setting, value):
    """See docs/decisions/0005: each was chosen after something broke without it."""
    assert celery.conf[setting] == value


@pytest.mark.parametrize(
    "option", ["socket_timeout", "socket_keepalive", "health_check_interval", "global_keyprefix"]
)
def test_a_worker_hears_again_after_a_black_hole(celery, option):
    assert celery.conf.broker_transport_options[option]


def test_no_task_waits_by_the_broker():
    """An ETA, a countdown or a retry would put work into Redis."""
    root = Path(schedule.__file__).parents[1]
    files = [*root.glob("workers/*.py"), *root.glob("volunteer_hub/**/*.py")]
    found = re.compile(r"\b(eta|countdown)=|self\.retry\(|apply_async\(")
    assert [str(p) for p in files if found.search(p.read_text())] == []
