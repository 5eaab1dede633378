"""Run both receiving servers in a thread of this process."""

import asyncio
import os
import ssl
import threading
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standalone.sinks import mail
from standalone.sinks.faults import Faults
from standalone.sinks.inbox import Inbox
from standalone.sinks.sms import Smsc


@dataclass
class Sinks:
    """Both servers, what reached them, and how they are told to misbehave."""

    mail_url: str
    sms_url: str
    mail_port: int
    sms_port: int
    mail: Inbox
    sms: Inbox
    mail_faults: Faults
    sms_faults: Faults
    smsc: Smsc


@contextmanager
def running_sinks(
    sockets: Path,
    *,
    inbox: Path | None = None,
    mail_faults: Faults | None = None,
    sms_faults: Faults | None = None,
    tls: ssl.SSLContext | None = None,
    account: tuple[str, str] | None = None,
) -> Generator[Sinks]:
    """Start both servers and write their ports to smtp.port and smsc.port in `sockets`.

    What arrives is kept in `inbox`, by default a folder of that name beside the port files.
    """
    sockets.mkdir(parents=True, exist_ok=True)
    folder = inbox or sockets / "inbox"
    letters, texts = Inbox(folder, "email"), Inbox(folder, "sms")
    mail_faults, sms_faults = mail_faults or Faults(), sms_faults or Faults()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sinks", daemon=True)
    thread.start()

    def wait(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(timeout=10)

    smsc = Smsc(texts, sms_faults)
    server, mail_port = wait(mail.serve(letters, mail_faults, tls=tls, account=account))
    sms_port = wait(smsc.start())
    _write(sockets / "smtp.port", mail_port)
    _write(sockets / "smsc.port", sms_port)
    try:
        yield Sinks(
            mail_url=f"sink://{sockets}/smtp.port",
            sms_url=f"sink://{sockets}/smsc.port",
            mail_port=mail_port,
            sms_port=sms_port,
            mail=letters,
            sms=texts,
            mail_faults=mail_faults,
            sms_faults=sms_faults,
            smsc=smsc,
        )
    finally:
        wait(_stop(server, smsc))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()
        letters.close()
        texts.close()


async def _stop(server: asyncio.Server, smsc: Smsc) -> None:
    server.close()
    await smsc.stop()
    mine = asyncio.current_task()
    left = [task for task in asyncio.all_tasks() if task is not mine]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def _write(path: Path, port: int) -> None:
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(f"{port}\n")
    fresh.replace(path)  # a reader sees the old port or the new one, never half of one
