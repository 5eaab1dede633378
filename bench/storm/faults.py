"""Clients that die, and clients that stand still with a shift in their hands."""

import os
import random
import signal
import time
from typing import Any

import psycopg

from bench.storm.caller import NAME
from bench.storm.town import Clients

# Who has written sign-ups and not stored them holds the row of the shift.
HOLDERS = """
select application_name from pg_stat_activity activity
where datname = current_database() and application_name like %s
  and state = 'idle in transaction' and exists (
    select from pg_locks where pg_locks.pid = activity.pid and granted
    and relation = 'signup'::regclass and mode = 'RowExclusiveLock')"""
TRIES = 60
PAUSE = (0.5, 2.0)  # seconds
KILL_EVERY, PAUSE_EVERY = 1.0, 2.5  # seconds, on average


class Faults:
    """Strikes at random moments, on average so many seconds apart."""

    def __init__(
        self, clients: Clients, look: "psycopg.Connection[Any]", dice: random.Random
    ) -> None:
        self.clients, self.look, self.dice = clients, look, dice
        self.killed = self.killed_holding = self.paused = 0
        self.asleep: dict[int, float] = {}  # process and when it goes on
        self.next_kill, self.next_pause = self._soon(KILL_EVERY), self._soon(PAUSE_EVERY)

    def strike(self) -> None:
        """Do what has fallen due."""
        now = time.monotonic()
        if now > self.next_kill:
            self._kill()
            self.next_kill = self._soon(KILL_EVERY)
        if now > self.next_pause:
            self._pause()
            self.next_pause = self._soon(PAUSE_EVERY)
        for process, until in list(self.asleep.items()):
            if now > until:
                self._wake(process)

    def end(self) -> None:
        for process in list(self.asleep):
            self._wake(process)

    def _kill(self) -> None:
        """Kill anybody, every second time somebody who is in the middle of a transaction."""
        holder = self._catch_holder() if self.killed % 2 else None
        if holder is not None:
            self.killed_holding += 1
            self._signal(holder, signal.SIGKILL)
        else:
            process = self.dice.choice(self.clients.processes)
            if process.pid is not None and process.pid not in self.asleep:
                process.kill()
        self.killed += 1

    def _pause(self) -> None:
        holder = self._catch_holder()
        if holder is not None:
            self.paused += 1
            self.asleep[holder] = time.monotonic() + self.dice.uniform(*PAUSE)

    def _catch_holder(self) -> int | None:
        """Stop a client that holds a shift; None if none could be caught in time."""
        for _ in range(TRIES):
            found = self._holders() - set(self.asleep)
            if not found:
                time.sleep(0.005)
                continue
            process = self.dice.choice(sorted(found))
            self._signal(process, signal.SIGSTOP)
            if process in self._holders():
                return process
            self._signal(process, signal.SIGCONT)  # it was quicker
        return None

    def _holders(self) -> set[int]:
        found = self.look.execute(HOLDERS, (f"{NAME}-%",)).fetchall()
        return {int(name.removeprefix(f"{NAME}-")) for (name,) in found}

    def _wake(self, process: int) -> None:
        del self.asleep[process]
        self._signal(process, signal.SIGCONT)

    def _signal(self, process: int, what: signal.Signals) -> None:
        # Only ever a client that we started; its number may be free again by now.
        if process in {one.pid for one in self.clients.processes if one.is_alive()}:
            os.kill(process, what)

    def _soon(self, seconds: float) -> float:
        return time.monotonic() + self.dice.expovariate(1 / seconds)
