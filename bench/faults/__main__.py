"""Do the promises hold while workers, broker and database are killed, wiped and stopped?

One drill for each fault; each prints its seed and its five counts.

    python -m bench faults
    python -m bench.faults.f1 --count 5000 --seed 7
"""

import sys
from importlib import import_module

ALL = ("f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f15")


def run(arguments: list[str]) -> None:
    """Run every drill in full size, or the ones named.

    :raises SystemExit: after the last, if one broke a promise
    """
    broken = []
    for name in arguments or ALL:
        try:
            import_module(f"bench.faults.{name}").run([])
        except SystemExit as error:
            print(f"  {error}", flush=True)
            broken.append(name)
    if broken:
        raise SystemExit(f"Promises were broken in {', '.join(broken)}.")


if __name__ == "__main__":
    run(sys.argv[1:])
