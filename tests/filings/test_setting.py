"""When only approved texts leave: in production with a real carrier, or when said so."""

import pytest

from config import BadSetting, read

PRODUCTION = {
    "HUB_ENV": "production",
    "DATABASE_URL": "postgresql://hub@db/hub",
    "REDIS_URL": "redis://broker",
    "HUB_SMTP_URL": "smtp://mail:25",
    "HUB_PUBLIC_URL": "https://hub.example.org",
    "SECRET_KEY": "s" * 40,
}
REAL = {"HUB_SMS_URL": "smpp://id:word@centre:2775"}


@pytest.mark.parametrize(
    ("given", "required"),
    [
        ({}, False),
        (REAL, False),
        (PRODUCTION, False),
        (PRODUCTION | REAL, True),
        (PRODUCTION | REAL | {"HUB_SMS_FILING": "off"}, False),
        ({"HUB_SMS_FILING": "required"}, True),
    ],
)
def test_the_setting(tmp_path, given, required):
    known = {"HUB_VAR": str(tmp_path), "SECRET_KEY": "s" * 40}
    assert read(known | given).sms_filing == required


def test_anything_else_is_refused(tmp_path):
    with pytest.raises(BadSetting, match="HUB_SMS_FILING"):
        read({"HUB_VAR": str(tmp_path), "SECRET_KEY": "s" * 40, "HUB_SMS_FILING": "maybe"})
