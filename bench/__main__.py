"""Run every benchmark, or the ones named: python -m bench joining figures.

Each prints its figure, the limit beside it (a bare loop doing the least possible work, in the
same run) and the ratio.  Timings decide nothing; read them.
"""

import sys
from importlib import import_module

ALL = ("joining", "opportunities", "figures", "reminders", "storm", "ephios")


def main(names: list[str]) -> None:
    for name in names or ALL:
        if name not in ALL:
            raise SystemExit(f"There is no benchmark {name}; there are {', '.join(ALL)}.")
        print(f"\n== {name}", flush=True)
        module = import_module(f"bench.{name}")
        if hasattr(module, "__path__"):  # a package begins in its own __main__
            module = import_module(f"bench.{name}.__main__")
        module.run([])


if __name__ == "__main__":
    main(sys.argv[1:])
