"""Several carriers in one setting: what each is called, carries and bears."""

from dataclasses import replace

import pytest
from flask import Flask

from volunteer_hub.carriers.channels.opening import ways
from volunteer_hub.carriers.channels.ways import Way, read_ways


@pytest.mark.parametrize(
    ("setting", "found"),
    [
        ("", []),
        ("smpp://id:pw@one", [Way("sms", "sms", "smpp://id:pw@one")]),
        (
            "smpp://one smpp://two",
            [Way("sms", "sms", "smpp://one"), Way("sms-2", "sms", "smpp://two")],
        ),
        (
            " smpp://one?name=north&from=1069&weight=60   smpp://two?per_second=2.5&name=south ",
            [
                Way("north", "sms", "smpp://one?from=1069", 60),
                Way("south", "sms", "smpp://two", 100, 2.5),
            ],
        ),
        (
            "webhook+https://x/y?secret=whsec_a%2Bb%3D&name=%E5%8C%97",
            [Way("北", "sms", "webhook+https://x/y?secret=whsec_a%2Bb%3D")],
        ),
    ],
)
def test_carriers_are_read(setting: str, found: list[Way]) -> None:
    assert read_ways(setting, "sms") == found


@pytest.mark.parametrize(
    "words", ["weight=101", "weight=-1", "weight=x", "per_second=0", "per_second=x",
              "per_second=inf", "per_second=nan"]
)  # fmt: skip
def test_what_cannot_be_read_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=words.partition("=")[0]):
        read_ways(f"smpp://one?{words}", "sms")


def test_two_carriers_of_one_name_are_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.config["SETTINGS"]
    both = replace(settings, smtp_url="smtp://a?name=x", sms_url="smpp://b?name=x")
    monkeypatch.setitem(app.config, "SETTINGS", both)
    with pytest.raises(ValueError, match="x"):
        ways()
