"""The least a page can be: an answer that is always there, as long as a real one."""

import os
from collections.abc import Callable, Iterable
from typing import Any

PAGE = b"x" * int(os.environ["STILL_BYTES"])


def app(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(PAGE)))])
    return [PAGE]
