"""F11 with small sizes: the same code on the same real servers."""

from argparse import Namespace

from bench.faults import f11
from bench.faults.ground import ground


def test_f11_receipts_come_as_they_like() -> None:
    sizes = {"count": 200, "processes": 2, "reporters": 3, "delay": 0.01, "lose": 0.1}
    with ground() as place:
        counts = f11.drill(place, Namespace(**sizes, seed=7, leap=True))
    assert counts.due == 50
    assert counts.kept, counts.lines()
    assert {"delivered", "bounced", "complained", "sent"} <= set(counts.states)
