"""F11: receipts come before our own commit, doubled, out of order and forged.

python -m bench.faults.f11 --count 10000 --seed 7
"""

import argparse
import json
import random
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

from flask import Flask

from bench.faults.counts import Counts, count
from bench.faults.drains import drains
from bench.faults.drill import play, settle
from bench.faults.ground import Ground, wait
from bench.faults.posting import post
from bench.faults.reporter import BY_KANNEL, Reporter, Said
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.receipts.actions import apply_waiting

SIZES = {"count": 10_000, "processes": 2, "reporters": 4, "delay": 0.01, "lose": 0.05}
PROMISE = 60.0  # seconds
# What is said of a letter, and the state it must end in, whatever comes first.
STORIES = (
    (("sent", "delivered"), "delivered"),
    (("soft-bounced", "delivered"), "delivered"),
    (("soft-bounced",), "sent"),
    (("soft-bounced", "bounced"), "bounced"),
    (("delivered", "bounced"), "bounced"),
    (("delivered", "complained"), "complained"),
    ((), "sent"),  # nobody says anything; what is lost then stays unknown
)
EARLY = 0.1  # the share of letters reported before they have left
FORGED = 0.1  # of all receipts
UUIDS = "select message_id, uuid from message where key like 'f11:%' order by id"
STATES = """
select uuid, state, exists (select from suppression where suppression.message_id = message.id)
from message where key like 'f11:%'"""
FORGET = """
with calm as (delete from suppression), gone as (delete from receipt) select 1"""


class Plan:
    """What will be said of each letter, every word at least once, in an order of chance."""

    def __init__(self, letters: dict[str, UUID], dice: random.Random, size: int) -> None:
        self.uuids, self.ends = letters, dict[UUID, str]()
        self.said: dict[UUID, list[Said]] = {}
        for uuid in letters.values():
            words, self.ends[uuid] = dice.choice(STORIES)
            self.said[uuid] = [(word, str(uuid4()), _door(word, dice)) for word in words]
        told = [uuid for uuid, said in self.said.items() if said]
        for _ in range(size - sum(len(said) for said in self.said.values())):
            uuid = dice.choice(told)
            self.said[uuid].append(dice.choice(self.said[uuid]))  # the same event once more
        for said in self.said.values():
            dice.shuffle(said)
        self.early = {uuid for uuid in told if dice.random() < EARLY}

    @property
    def silent(self) -> int:
        return sum(not said for said in self.said.values())


def _door(word: str, dice: random.Random) -> str:
    return dice.choice(("kannel", "webhook")) if word in BY_KANNEL else "webhook"


def drill(place: Ground, given: argparse.Namespace) -> Counts:
    """Let letters leave and be reported at the same time; then compare with what was said."""
    dice = random.Random(given.seed)
    start_losing_sinks(place, given)
    size = given.count // 4
    first = timedelta(seconds=given.count / 100)  # what is too early is said before
    post(place.app, "f11", size, channels={"email"}, spread=0.0, first=first)
    plan = Plan(dict(place.ask(UUIDS)), dice, given.count)
    reporter = Reporter(place.app)
    for uuid in plan.early:
        for said in plan.said[uuid]:
            reporter.report(uuid, said)
    forge(place, plan, reporter, round(given.count * FORGED), dice)
    with drains(place) as found:
        found.start(processes=given.processes)
        found.call("bench.faults.f11:apply_on_and_on", processes=given.processes)
        report_what_arrives(place, plan, given.reporters)
        found.stop()
    settle(place, leap=True)
    apply_the_rest(place)
    broken = compare(place, plan)
    print(
        f"  {given.count} receipts of {size} letters, {len(plan.early)} of them before they left;"
        f" {reporter.forged} forged, {reporter.forged - reporter.believed} of those refused",
        flush=True,
    )
    if reporter.believed:
        broken.append(f"{reporter.believed} forged receipts were believed")
    counts = count(place, limit=plan.silent, promise=PROMISE, broken=broken)
    place.ask(FORGET)
    return counts


def start_losing_sinks(place: Ground, given: argparse.Namespace) -> None:
    """Start receiving servers whose answer is lost now and then: only a receipt can tell."""
    for name in ("smtp.port", "smsc.port"):
        (place.settings.sockets / name).unlink(missing_ok=True)
    faults = ("--delay", str(given.delay), "--lose", str(given.lose), "--seed", str(given.seed))
    place.start("sinks", sys.executable, "-m", "standalone.sinks", *faults)
    wait(lambda: (place.settings.sockets / "smsc.port").exists(), "the receiving servers")


def forge(place: Ground, plan: Plan, reporter: Reporter, size: int, dice: random.Random) -> None:
    """Claim of letters that they came back, or arrived, without knowing the secret."""
    uuids = list(plan.said)
    for _ in range(size):
        door = dice.choice(("kannel", "webhook"))
        reporter.forge(dice.choice(uuids), "delivered" if door == "kannel" else "bounced", door)


def report_what_arrives(place: Ground, plan: Plan, reporters: int) -> None:
    """Report each letter as soon as its server has it, perhaps before we know that ourselves."""
    arrivals, lock, broken = _arrivals(place, plan), threading.Lock(), list[Exception]()

    def work() -> None:
        reporter = Reporter(place.app)
        try:
            while True:
                with lock:
                    uuid = next(arrivals, None)
                if uuid is None:
                    return
                for said in plan.said[uuid]:
                    reporter.report(uuid, said)
        except Exception as error:
            broken.append(error)

    threads = [threading.Thread(target=work) for _ in range(reporters)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]


def _arrivals(place: Ground, plan: Plan) -> Iterator[UUID]:
    """Name each letter that arrives and was not reported yet, until all have arrived."""
    seen, ends, log = 0, time.monotonic() + 600, place.var / "inbox" / "email.jsonl"
    wait(log.exists, "the log of the mail server")
    with log.open("rb") as opened:
        rest = b""
        while seen < len(plan.uuids) and time.monotonic() < ends:
            *whole, rest = (rest + opened.read()).split(b"\n")  # the last is being written
            seen += len(whole)
            for line in whole:
                uuid = plan.uuids[json.loads(line)["message_id"]]
                if uuid not in plan.early:
                    yield uuid
            if not whole:
                time.sleep(0.01)


def apply_on_and_on(app: Flask, stopping: list[bool]) -> None:
    """Run the worker's own task again and again, in a process of its own."""
    from workers.receipts import apply

    while not stopping:
        with app.app_context():
            try:
                apply()
            finally:
                db.session.remove()
        time.sleep(0.05)


def apply_the_rest(place: Ground) -> None:
    """Apply what waits for its next look, with the clock moved on."""
    with place.app.app_context():
        looked_at = 1
        while looked_at:
            with transaction():
                looked_at = apply_waiting(now=database_now() + timedelta(hours=1))
        db.session.remove()


def compare(place: Ground, plan: Plan) -> list[str]:
    """Say of which letters something else is known than was said of them."""
    broken = list[str]()
    for uuid, state, stopped in place.ask(STATES):
        due = plan.ends[uuid]
        may_be = {due, "unknown"} if not plan.said[uuid] else {due}
        if state not in may_be:
            broken.append(f"{uuid} is {state} and not {due}")
        if stopped != (due in ("bounced", "complained")):
            broken.append(f"the address of {uuid}, {due}, is {'' if stopped else 'not '}stopped")
    return broken


def run(arguments: list[str]) -> None:
    play(__doc__, drill, SIZES, arguments)


if __name__ == "__main__":
    run(sys.argv[1:])
