"""What is doubtful about a rating, and what is not."""

from __future__ import annotations

import pytest

from lianban.rules.ratings.signals import Seen, doubt


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (Seen(), ""),
        (Seen(from_source=10, at_point=60, in_minute=3), ""),
        (Seen(from_source=11), "同一来源一小时内第 11 条评价，超过 10 条"),
        (Seen(at_point=61), "同一评价点一小时内第 61 条评价，超过 60 条"),
        (Seen(in_minute=4), "同一终端一分钟内第 4 条评价，超过 3 条"),
        (Seen(staff="device", from_source=99), "疑似工作人员代评：从被评价单位工作人员登录过的设备提交"),
    ],
)
def test_a_rating_is_doubtful_only_beyond_the_limit_and_says_why(seen: Seen, why: str) -> None:
    assert doubt(seen, 10) == why
