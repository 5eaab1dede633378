"""What the receiving servers accepted, one JSON object a line, on disk before the answer."""

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

KEPT = 2_000  # arrivals kept when a sink starts; it is a demonstration, not an archive
LONGEST = 20_000_000  # bytes after which a starting sink drops the oldest


class Inbox:
    """The arrivals of one channel, in `<folder>/<channel>.jsonl`, the oldest first."""

    def __init__(self, folder: Path, channel: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{channel}.jsonl"
        self._shorten()
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._lock = threading.Lock()

    def keep(self, **facts: Any) -> None:
        """Write one arrival; it is safe on disk when this returns."""
        arrival = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **facts}
        line = json.dumps(arrival, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            os.write(self._file, line)
            os.fsync(self._file)

    def arrivals(self) -> list[dict[str, Any]]:
        """Read everything that arrived."""
        return [json.loads(line) for line in self.path.read_bytes().splitlines()]

    def close(self) -> None:
        os.close(self._file)

    def _shorten(self) -> None:
        if not self.path.exists() or self.path.stat().st_size < LONGEST:
            return
        lines = self.path.read_bytes().splitlines(keepends=True)
        shorter = self.path.with_suffix(".new")
        shorter.write_bytes(b"".join(lines[-KEPT:]))
        shorter.replace(self.path)
