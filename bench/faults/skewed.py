"""Celery in a process whose clock is wrong: python -m bench.faults.skewed 7200 -A workers.app beat.

time_machine stands between Python and the clock: time.time and datetime.now are wrong in this
process and in the copies it makes; what is measured as a span (time.monotonic) is not.
"""

import sys
from datetime import UTC, datetime, timedelta

import time_machine


def main() -> None:
    ahead = timedelta(seconds=float(sys.argv.pop(1)))
    time_machine.travel(datetime.now(UTC) + ahead, tick=True).start()
    from celery.__main__ import main as celery

    celery()


if __name__ == "__main__":
    main()
