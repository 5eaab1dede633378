"""How tests read calendars: with the library that wrote them, and with another one."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from icalendar import Calendar

ROOT = Path(__file__).parents[2]
NODE = shutil.which("node", path=f"{ROOT / '.venv/bin'}:{os.environ['PATH']}")


def read(answer):
    """Read an answer with the library that wrote it."""
    assert answer.status_code == 200, answer.status
    assert answer.mimetype == "text/calendar"
    return Calendar.from_ical(answer.data)


def read_elsewhere(answer):
    """Read an answer with ical.js: what it is called, and every occurrence of its events."""
    assert NODE, "node is missing: make test brings it"
    assert answer.status_code == 200, answer.status
    script = [NODE, str(ROOT / "tests/ical/expand.mjs")]
    done = subprocess.run(script, input=answer.data, capture_output=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def uids(calendar):
    return [str(event["uid"]).split("@")[0] for event in calendar.walk("VEVENT")]


def shanghai(text):
    """Read a wall-clock time of Shanghai as an instant."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)
