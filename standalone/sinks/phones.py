"""What phones write to the service: one file a text, until the service says that it has it."""

import json
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

ENDS = ".json"


@dataclass(frozen=True, slots=True)
class Written:
    """One text on its way; `reference` is the number it is delivered under, every time."""

    path: Path
    sender: str
    text: str
    reference: int


class Phones:
    """The folder `from-phones` beside the inboxes. Who wants to write drops a file there."""

    def __init__(self, inbox: Path) -> None:
        self.folder = inbox / "from-phones"
        self.folder.mkdir(parents=True, exist_ok=True)

    def write(self, sender: str, text: str, *, reference: int | None = None) -> None:
        """Send a text from a phone, such as 8613812345678; it is on disk when this returns."""
        number = secrets.randbelow(65_536) if reference is None else reference
        facts = {"from": sender, "text": text, "reference": number}
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        fresh = self.folder / f"{name}.new"
        fresh.write_text(json.dumps(facts, ensure_ascii=False))
        with fresh.open() as written:
            os.fsync(written.fileno())
        fresh.rename(fresh.with_suffix(ENDS))

    def waiting(self) -> list[Written]:
        """List what the service has not taken yet, the oldest first."""
        return [self._read(path) for path in sorted(self.folder.glob(f"*{ENDS}"))]

    def forget(self, text: Written) -> None:
        text.path.unlink(missing_ok=True)

    def _read(self, path: Path) -> Written:
        facts = json.loads(path.read_text())
        return Written(path, facts["from"], facts["text"], facts["reference"])
