"""Run the receiving servers of the demonstration: python -m standalone.sinks."""

import argparse
import signal
from pathlib import Path

import config
from standalone.sinks.faults import Faults
from standalone.sinks.running import running_sinks


def main() -> None:
    """Receive mail and text messages until somebody says stop."""
    settings = config.read()
    parser = argparse.ArgumentParser(prog="python -m standalone.sinks", description=__doc__)
    parser.add_argument("--sockets", type=Path, default=settings.sockets, help="for the port files")
    parser.add_argument("--inbox", type=Path, default=settings.var / "inbox")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--refuse", type=float, default=0.0, help="share told to try again later")
    parser.add_argument("--lose", type=float, default=0.0, help="share whose answer never comes")
    parser.add_argument("--keys", action="store_true", help="the provider acts once on a key")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    faults = [
        Faults(delay=given.delay, refuse=given.refuse, lose=given.lose, seed=given.seed + number)
        for number in range(3)
    ]
    # Blocked before the servers' thread starts, so that the signal waits for sigwait alone.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    with running_sinks(
        given.sockets,
        inbox=given.inbox,
        mail_faults=faults[0],
        sms_faults=faults[1],
        provider_faults=faults[2],
    ) as sinks:
        sinks.provider.remembers = given.keys
        print(
            f"Receiving mail on port {sinks.mail_port} and text messages on {sinks.sms_port}, "
            f"by webhook on {sinks.provider_port}.",
            flush=True,
        )
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
