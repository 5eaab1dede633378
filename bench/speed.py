"""How fast do letters leave that are due at once, beside a bare loop to the same server?

Mail beside smtplib, text messages beside smpplib, each with as many connections as the worker has
processes. Every answer of a server comes `delay` seconds after it was asked. The receiving
server's log says how many arrived a second, from the first to the last. Receipts of text messages
are asked for by both. The bare loop waits for each answer, as the library's own example does; the
worker has a window of text messages under way on each bind (docs/decisions/0022). Part of
`python -m bench reminders`.
"""

import json
import smtplib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from smpplib import consts
from smpplib.client import Client

from bench.faults.f15 import MB, PAGE, family
from bench.faults.ground import Ground, ground
from bench.faults.posting import post

LOOKS = (0.1, 0.25, 0.5, 0.75)  # shares after which the memory is read
SLOWEST = 4  # letters a second below which one gives up
BODY = b"Subject: drill\r\n\r\n" + (b"x" * 70 + b"\r\n") * 160  # as long as a real letter
TEXT = "您报名的共享集市明天上午九点开始。"
LEFT = "select count(*) from message where state in ('pending', 'claimed', 'sending')"


class Way(NamedTuple):
    """What leaves, and the bare loop that sends the same."""

    channel: str
    name: str
    bare: str
    loop: Callable[[int, Sequence[str]], None]  # to this port and these addresses


def measure(channel: str, *, size: int, processes: int, delay: float) -> None:
    """Send letters that are due at once, then as many by a bare loop; print both."""
    way = WAYS[channel]
    with ground() as place:
        place.start_sinks(delay=delay)
        post(place.app, "speed", size, channels={channel}, spread=0, first=timedelta())
        place.start_worker(processes=processes)
        place.start_beat()
        memory = _watch(place, size)
        ours = _rate(place, channel)
        for name in ("beat", "worker", "sinks"):
            place.kill(name)
        to = [address for _, address in _arrivals(place, channel)]
        (place.var / "inbox" / f"{channel}.jsonl").unlink()
        place.start_sinks(delay=delay)
        _in_threads(place, way, to, processes)
        limit = _rate(place, channel)
    print(
        f"speed, {size} {way.name}, each answer after {delay * 1000:.0f} ms, {processes}"
        f" connections: {ours:.0f}/s; bare {way.bare} loop {limit:.0f}/s; ratio {ours / limit:.2f}"
        f"\n  the worker's processes in MB: {'; '.join(memory)}",
        flush=True,
    )


def _watch(place: Ground, size: int) -> list[str]:
    """Wait until all have left; say what the worker held after a tenth of them, a quarter, ...

    :raises TimeoutError: if it takes too long
    :raises ChildProcessError: if a part ended although nobody killed it
    """
    found: list[str] = []
    to_look_at = list(LOOKS)
    ends = time.monotonic() + 120 + size / SLOWEST
    while left := place.ask(LEFT)[0][0]:
        if time.monotonic() > ends:
            raise TimeoutError(f"{left} of {size} had not left.")
        ended = [name for name, one in place.children.items() if one.poll() is not None]
        if ended:
            raise ChildProcessError(f"{', '.join(ended)} ended although nobody stopped it.")
        if to_look_at and left <= size * (1 - to_look_at[0]):
            found.append(f"{_sizes(_memory(place))} at {to_look_at.pop(0):.0%}")
        time.sleep(1.0)
    return [*found, f"{_sizes(_memory(place))} at the end"]


def _memory(place: Ground) -> list[float]:
    """Read what each process of the worker holds, in MB."""
    found = []
    for process in family(place.children["worker"].pid):
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        found.append(pages * PAGE / MB)
    return found


def _sizes(memory: Sequence[float]) -> str:
    return " ".join(f"{one:.0f}" for one in memory)


def _arrivals(place: Ground, channel: str) -> Iterator[tuple[datetime, str]]:
    """Read when each arrived, and for whom, line by line: ten thousand mails are large."""
    with (place.var / "inbox" / f"{channel}.jsonl").open("rb") as log:
        for line in log:
            arrival = json.loads(line)
            to: Any = arrival["to"]
            yield datetime.fromisoformat(arrival["at"]), to if isinstance(to, str) else to[0]


def _rate(place: Ground, channel: str) -> float:
    """Say how many arrived a second, from the first to the last."""
    times = [at for at, _ in _arrivals(place, channel)]
    return len(times) / max((max(times) - min(times)).total_seconds(), 0.001)


def _in_threads(place: Ground, way: Way, to: Sequence[str], connections: int) -> None:
    """Do the least that sends as many: no outbox, no records, one thread a connection."""
    name = {"email": "smtp.port", "sms": "smsc.port"}[way.channel]
    port = int((place.settings.sockets / name).read_text())
    shares = [to[number::connections] for number in range(connections)]
    threads = [threading.Thread(target=way.loop, args=(port, share)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _mail(port: int, to: Sequence[str]) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="drill") as server:
        for address in to:
            server.sendmail("drill@example.org", [address], BODY)


def _texts(port: int, to: Sequence[str]) -> None:
    answers: list[Any] = []
    client = Client("127.0.0.1", port, allow_unknown_opt_params=True, logger_name="smpplib")
    client.set_message_sent_handler(lambda pdu: answers.append(pdu.status))
    client.set_message_received_handler(lambda pdu: None)  # a receipt, which the library answers
    client.connect()
    client.bind_transceiver(system_id="drill", password="")
    body = TEXT.encode("utf-16-be")
    for number, address in enumerate(to, start=1):
        client.send_message(
            source_addr="",
            dest_addr_ton=1,
            dest_addr_npi=1,
            destination_addr=address,
            short_message=body,
            data_coding=consts.SMPP_ENCODING_ISO10646,
            registered_delivery=1,
        )
        while len(answers) < number:
            client.read_once()
    client.state = consts.SMPP_CLIENT_STATE_OPEN  # or it complains about closing while bound
    client.disconnect()


WAYS = {
    "email": Way("email", "mails", "smtplib", _mail),
    "sms": Way("sms", "text messages", "smpplib", _texts),
}
