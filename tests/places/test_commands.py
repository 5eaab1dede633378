"""Places from the command line."""

import pytest

from volunteer_hub.places import queries
from volunteer_hub.places.commands import group


@pytest.fixture
def hub(app):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(group, words)


def test_add_and_list(hub):
    top = hub("add", "--code", "baiyin", "--kind", "subdistrict", "--name", "白银路街道")
    assert (top.exit_code, top.output) == (0, "/baiyin/\n")
    more = ("--kind", "community", "--name", "甘家巷社区", "--below", "baiyin", "--phone", "0931")
    assert hub("add", "--code", "gan", *more).output == "/baiyin/gan/\n"
    assert queries.get_by_code("gan").phone == "0931"
    assert hub("list").output == ("baiyin  subdistrict  白银路街道\n  gan  community  甘家巷社区\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--code", "gan", "--kind", "community", "--below", "nowhere"), "no place nowhere"),
        (("--code", "Gan!", "--kind", "community"), "A code has small letters"),
        (("--code", "gan", "--kind", "village"), "village"),
    ],
)
def test_a_refusal_is_a_sentence_and_an_exit_code(hub, words, said):
    refused = hub("add", "--name", "某处", *words)
    assert refused.exit_code != 0
    assert said in refused.output
    assert queries.list_places() == []
