"""Run the receiving servers in a thread of this process."""

import asyncio
import os
import ssl
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standalone.sinks import mail
from standalone.sinks.faults import Faults
from standalone.sinks.inbox import Inbox
from standalone.sinks.phones import Phones
from standalone.sinks.provider import Provider
from standalone.sinks.sms import Smsc


@dataclass
class Sinks:
    """The servers, what reached them, and how they are told to misbehave."""

    mail_url: str
    sms_url: str
    mail_port: int
    sms_port: int
    mail: Inbox
    sms: Inbox
    mail_faults: Faults
    sms_faults: Faults
    smsc: Smsc
    provider: Provider
    provider_port: int

    @property
    def provider_url(self) -> str:
        return self.provider.url(self.provider_port)


@contextmanager
def running_sinks(
    sockets: Path,
    *,
    inbox: Path | None = None,
    mail_faults: Faults | None = None,
    sms_faults: Faults | None = None,
    provider_faults: Faults | None = None,
    tls: ssl.SSLContext | None = None,
    account: tuple[str, str] | None = None,
) -> Generator[Sinks]:
    """Start them and write their ports to smtp.port, smsc.port and provider.port in `sockets`.

    What arrives is kept in `inbox`, by default a folder of that name beside the port files.
    """
    sockets.mkdir(parents=True, exist_ok=True)
    folder = inbox or sockets / "inbox"
    mail_faults, sms_faults = mail_faults or Faults(), sms_faults or Faults()
    with (
        closing(Inbox(folder, "email")) as letters,
        closing(Inbox(folder, "sms")) as texts,
        closing(Inbox(folder, "provider")) as posted,
        _loop() as wait,
    ):
        smsc = Smsc(texts, sms_faults, Phones(folder))
        server, mail_port = wait(mail.serve(letters, mail_faults, tls=tls, account=account))
        sms_port = wait(smsc.start())
        provider = Provider(posted, provider_faults or Faults())
        provider_port = wait(provider.start())
        _write(sockets / "smtp.port", mail_port)
        _write(sockets / "smsc.port", sms_port)
        _write(sockets / "provider.port", provider_port)
        urls = (f"sink://{sockets}/smtp.port", f"sink://{sockets}/smsc.port")
        try:
            yield Sinks(
                *urls,
                *(mail_port, sms_port),
                *(letters, texts),
                *(mail_faults, sms_faults),
                *(smsc, provider, provider_port),
            )
        finally:
            wait(_stop(server, smsc, provider))


@contextmanager
def _loop() -> Generator[Callable[[Coroutine[Any, Any, Any]], Any]]:
    """Run an event loop in a thread, and give a way to wait for work done there."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sinks", daemon=True)
    thread.start()
    try:
        yield lambda work: asyncio.run_coroutine_threadsafe(work, loop).result(timeout=10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


async def _stop(server: asyncio.Server, smsc: Smsc, provider: Provider) -> None:
    server.close()
    await smsc.stop()
    await provider.stop()
    mine = asyncio.current_task()
    left = [task for task in asyncio.all_tasks() if task is not mine]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def _write(path: Path, port: int) -> None:
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(f"{port}\n")
    fresh.replace(path)  # a reader sees the old port or the new one, never half of one
