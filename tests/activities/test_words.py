import pytest

from volunteer_hub.activities.queries.words import say_rule
from volunteer_hub.activities.rules.recurrence import parse
from volunteer_hub.foundation.language import speaking

SAID = [
    ("FREQ=DAILY", "every day", "每天"),
    ("FREQ=DAILY;INTERVAL=3", "every 3 days", "每3天"),
    ("FREQ=WEEKLY;BYDAY=TU", "weekly on Tuesday", "每周二"),
    ("FREQ=WEEKLY;BYDAY=TU,TH", "weekly on Tuesday and Thursday", "每周二、周四"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", "every 2 weeks on Sunday", "每2周的周日"),
    ("FREQ=MONTHLY;BYMONTHDAY=5", "monthly on the 5th", "每月5日"),
    ("FREQ=MONTHLY;BYMONTHDAY=1,2,3", "monthly on the 1st, 2nd and 3rd", "每月1日、2日、3日"),
    ("FREQ=MONTHLY;BYMONTHDAY=21,22,23", "monthly on the 21st, 22nd and 23rd", None),
    ("FREQ=MONTHLY;BYMONTHDAY=11,12,13", "monthly on the 11th, 12th and 13th", None),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", "monthly on the last day", "每月最后一天"),
    ("FREQ=MONTHLY;BYDAY=1TU", "monthly on the first Tuesday", "每月第一个周二"),
    ("FREQ=MONTHLY;BYDAY=-1FR", "monthly on the last Friday", "每月最后一个周五"),
    ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31", "every 3 months on the 31st", "每3个月的31日"),
]


@pytest.mark.parametrize(("rule", "english", "chinese"), SAID)
def test_a_rule_is_said_in_both_languages(app, rule, english, chinese):
    with speaking("en"):
        assert say_rule(parse(rule)) == english
    with speaking("zh"):
        assert chinese is None or say_rule(parse(rule)) == chinese
