"""Run every benchmark and drill, or the ones named: python -m bench joining figures.

Each prints its figure, the limit beside it (a bare loop doing the least possible work, in the
same run) and the ratio.  Timings decide nothing; read them.  A broken promise ends it.

    python -m bench --list
"""

import sys
from importlib import import_module
from types import ModuleType

ALL = ("joining", "opportunities", "figures", "outbox", "reminders", "faults", "storm", "ephios")


def main(names: list[str]) -> None:
    if names == ["--list"]:
        for name in ALL:
            print(f"  {name:<14} {question(door(name))}")
        return
    for name in names or ALL:
        if name not in ALL:
            raise SystemExit(f"There is no benchmark {name}; there are {', '.join(ALL)}.")
        module = door(name)
        print(f"\n== {name}: {question(module)}", flush=True)
        module.run([])


def door(name: str) -> ModuleType:
    module = import_module(f"bench.{name}")
    if hasattr(module, "__path__"):  # a package begins in its own __main__
        module = import_module(f"bench.{name}.__main__")
    return module


def question(module: ModuleType) -> str:
    """Say in one line what it asks."""
    return (module.__doc__ or "").splitlines()[0]


if __name__ == "__main__":
    main(sys.argv[1:])
