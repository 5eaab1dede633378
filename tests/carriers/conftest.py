"""The receiving servers, Kannel between them, and a web server that says what it is told."""

from collections.abc import Generator

import pytest

from standalone.sinks.running import Sinks, running_sinks
from tests.carriers.boxes import KANNEL, Kannel, running_kannel
from tests.carriers.scripted import Scripted, scripted_server


@pytest.fixture(scope="module")
def far_end(tmp_path_factory: pytest.TempPathFactory) -> Generator[Sinks]:
    """What phones receive."""
    with running_sinks(tmp_path_factory.mktemp("sinks")) as sinks:
        yield sinks


@pytest.fixture(scope="module")
def kannel(far_end: Sinks, tmp_path_factory: pytest.TempPathFactory) -> Generator[Kannel]:
    """Debian's Kannel, bound to the far end."""
    if not KANNEL.exists():
        pytest.skip("Kannel comes from Debian: make var/kannel/.done, where there is apt-get")
    with running_kannel(tmp_path_factory.mktemp("kannel"), smsc=far_end.sms_port) as running:
        yield running


@pytest.fixture
def script() -> Generator[Scripted]:
    with scripted_server() as server:
        yield server
