"""What `hub up` says when it cannot start, and how it holds its parts."""

import fcntl
import os
import signal
import socket
import sys
import time

import pytest

import config
from standalone import supervisor
from standalone.embedded import CannotStart


@pytest.fixture
def settings(tmp_path):
    return config.read({"HUB_VAR": str(tmp_path), "HUB_PORT": str(free_port())})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_second_one_on_the_same_folder_says_so(settings, tmp_path):
    with (tmp_path / "hub.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CannotStart, match="Another hub up is running"):
            supervisor.run(settings, demo=False)


def test_a_taken_port_says_so(settings):
    with socket.socket() as taken:
        taken.bind((settings.host, settings.port))
        taken.listen()
        with pytest.raises(CannotStart, match="HUB_PORT"):
            supervisor.run(settings, demo=False)


def part(code: str) -> supervisor.Part:
    return supervisor.Part("part", [sys.executable, "-c", code])


def test_a_part_that_ends_at_its_start_is_named():
    one = part("raise SystemExit(3)")
    one.start(dict(os.environ))
    one.process.wait()
    with pytest.raises(CannotStart, match="part ended with 3"):
        supervisor._ensure_all_live([one])


def test_a_part_that_will_not_stop_is_killed(monkeypatch):
    monkeypatch.setattr(supervisor, "STOPS_WITHIN", 0.5)
    deaf = part("import signal as s, time; s.signal(s.SIGTERM, s.SIG_IGN); time.sleep(60)")
    deaf.start(dict(os.environ))
    time.sleep(0.5)
    supervisor._stop([deaf])
    assert deaf.process.returncode == -signal.SIGKILL


def test_a_dead_part_is_started_again(monkeypatch, capsys):
    monkeypatch.setattr(supervisor, "RESTART_AFTER", 0.0)
    one, stopping = part("pass"), []
    one.start(dict(os.environ))
    first = one.process

    def watched(seconds: float) -> None:
        if one.process is not first:
            stopping.append(True)
        first.wait()

    monkeypatch.setattr(supervisor.time, "sleep", watched)
    supervisor._watch([one], dict(os.environ), stopping)
    one.wait(5)
    assert one.process is not first
    assert "starting it again" in capsys.readouterr().out
