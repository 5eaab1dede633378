"""Our own provider keeps its word about keys, or a drill with it would prove nothing."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread

import pytest

from standalone.sinks.faults import Faults
from standalone.sinks.running import Sinks, running_sinks
from tests.carriers.parcels import a_text
from volunteer_hub.carriers.channels.outcome import NotNow, Parcel, Refused, Taken, Unclear
from volunteer_hub.carriers.channels.route import find_web
from volunteer_hub.carriers.channels.webhook import WebhookChannel


@contextmanager
def remembering(folder: Path, **faults: float) -> Generator[Sinks]:
    with running_sinks(folder, provider_faults=Faults(**faults)) as sinks:
        sinks.provider.remembers = True
        yield sinks


def send(sinks: Sinks, parcel: Parcel) -> Taken:
    with closing(WebhookChannel(partial(find_web, sinks.provider_url))) as channel:
        channel.prepare(parcel)
        return channel.hand_over(parcel)


def test_a_key_is_known_after_a_restart(tmp_path: Path) -> None:
    parcel = a_text()
    with remembering(tmp_path) as sinks:
        first = send(sinks, parcel)
    with remembering(tmp_path) as sinks:
        assert send(sinks, parcel) == first
        assert sinks.provider.repeats == 1
        assert len(sinks.provider.inbox.arrivals()) == 1


def test_one_key_is_for_one_message(tmp_path: Path) -> None:
    parcel = a_text()
    with remembering(tmp_path) as sinks:
        send(sinks, parcel)
        with pytest.raises(Refused, match="422"):
            send(sinks, replace(parcel, body_text="其它"))
        assert len(sinks.provider.inbox.arrivals()) == 1


def test_a_key_under_way_is_no_answer_yet(tmp_path: Path) -> None:
    parcel, said = a_text(), []
    with remembering(tmp_path) as sinks:
        gate = sinks.provider.faults.gate("accepted")
        first = Thread(target=lambda: said.append(send(sinks, parcel)))
        first.start()
        gate.wait()
        with pytest.raises(Unclear, match="409"):
            send(sinks, parcel)
        gate.open()
        first.join()
        assert send(sinks, parcel) == said[0]


def test_it_can_be_busy_and_choosy(tmp_path: Path) -> None:
    with remembering(tmp_path, refuse=1.0) as sinks:
        sinks.provider.faults.answers["+8613600000006"] = '422 {"refused":"address"}'
        with pytest.raises(NotNow):
            send(sinks, a_text())
        with pytest.raises(Refused) as caught:
            send(sinks, a_text(to="+8613600000006"))
        assert caught.value.address_is_bad
        assert sinks.provider.inbox.arrivals() == []
