"""The whole beat table.  Times of day are UTC; a wake-up that is late is dropped, not piled up.

Nothing here carries work: each task looks into the database for what is due, however long ago,
so that a wake-up may be lost, doubled or late, and two beats do no harm.
"""

from typing import Any

from celery.schedules import crontab


def _every(seconds: int, task: str, *, queue: str, **arguments: Any) -> dict[str, Any]:
    options = {"queue": queue, "expires": seconds}
    return {"task": task, "schedule": float(seconds), "options": options, "kwargs": arguments}


def _daily(hour: int, minute: int, task: str, *, queue: str) -> dict[str, Any]:
    options = {"queue": queue, "expires": 3600}
    return {
        "task": task,
        "schedule": crontab(hour=str(hour), minute=str(minute)),
        "options": options,
    }


SCHEDULE: dict[str, dict[str, Any]] = {
    # A reminder is due by the clock, without anybody ringing: it leaves within seconds of it.
    "deliver-messages": _every(5, "messages.deliver", queue="messages"),
    # A receipt settles its letter within seconds, and staff see what came back; a lost bell or not.
    "apply-receipts": _every(5, "receipts.apply", queue="messages"),
    # Somebody waits for a code at the screen: it has a queue of its own, and no bulk before it.
    "deliver-codes": _every(5, "messages.deliver_codes", queue="codes"),
    # A figure moves within ten seconds of a verification, even when its bell was lost.
    "compile-figures": _every(5, "impact.compile", queue="stats"),
    # A handed-in sheet is read soon, and goes on where a killed worker left it.
    "run-imports": _every(15, "services.run_imports", queue="stats"),
    # An offered place goes to the next in line soon after its deadline, not at the next visit.
    "lapse-offers": _every(15, "signups.lapse_offers", queue="messages"),
    # Who answers a reminder by SMS hears within seconds what was done; so does the coordinator.
    "hear-replies": _every(5, "replies.listen", queue="messages"),
    # Who helps every time is on a shift that opens only now before most others look at it.
    "sign-up-standing": _every(60, "standing.sign_up", queue="stats"),
    # A request for a stand-in ends when the shift begins or the place is gone.
    "close-stand-ins": _every(60, "stand_ins.close_ended", queue="stats"),
    # What has stood for ten minutes is told soon after; a shift may begin within the hour.
    "look-for-watchers": _every(60, "watches.look", queue="stats"),
    # A coordinator who pressed the button sees the first letters leave within seconds.
    "post-mailings": _every(5, "mailings.post", queue="messages"),
    # What a group did not take in time is everybody's within a minute of the deadline.
    "release-kept-places": _every(60, "groups.release_ended", queue="stats"),
    # Somebody still checked in four hours after the end forgot to check out.
    "close-forgotten": _every(600, "attendance.close_forgotten", queue="stats"),
    # Once the month is over and its records are verified, on the 3rd at 9:00 of the place's zone.
    "tell-month": _every(600, "digests.tell_month", queue="stats"),
    # `hub doctor` and /readyz tell a dead worker from a quiet one; one sign for each queue.
    "worker-lives": _every(10, "heartbeat.worker", queue="messages", name="worker"),
    # On larger machines the second queue has a worker of its own, which may die alone.
    "stats-worker-lives": _every(10, "heartbeat.worker", queue="stats", name="worker-stats"),
    # 9:00 in Shanghai, when offices open: who needs a new certificate or insurance is told in time.
    "tell-expiring": _daily(1, 0, "credentials.tell_expiring", queue="stats"),
    # 3:10 in Shanghai, when few letters are under way: forget what is no longer needed.
    "tidy-messages": _daily(19, 10, "messages.tidy", queue="messages"),
    # 3:40 in Shanghai: answers kept for repeated writes have had their day.
    "sweep-replays": _daily(19, 40, "foundation.sweep_replays", queue="stats"),
    # 1:30 in Shanghai: the day is over and its sheets are in; compare the figures with the facts.
    "verify-figures": _daily(17, 30, "impact.verify", queue="stats"),
    # 0:20 in Shanghai: each day lets series be made one day further, 90 days ahead.
    "expand-series": _daily(16, 20, "series.expand", queue="stats"),
}
