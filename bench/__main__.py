"""Run every benchmark, or the ones named: python -m bench joining figures.

Each prints its figure, the limit beside it (a bare loop doing the least possible work, in the
same run) and the ratio.  Timings decide nothing; read them.
"""

import sys
from importlib import import_module

ALL = ("joining", "opportunities", "figures", "reminders")


def main(names: list[str]) -> None:
    for name in names or ALL:
        if name not in ALL:
            raise SystemExit(f"There is no benchmark {name}; there are {', '.join(ALL)}.")
        print(f"\n== {name}", flush=True)
        import_module(f"bench.{name}").run([])


if __name__ == "__main__":
    main(sys.argv[1:])
