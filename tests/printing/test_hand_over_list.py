"""The hand-over list, cell by cell: a hand signs before it is received; afterwards it says who, when, what differed."""

from __future__ import annotations

from typing import Any

import pytest

from lianban.errors import Invalid
from lianban.outside import printing
from lianban.rules import notices
from lianban.rules.notices import transfers
from lianban.rules.notices.wording import worded
from tests.printing import looking, samples

TEMPLATE = "notices/hand_over_list.html"


def printed(**changed: Any) -> bytes:
    content = worded(samples.hand_over_list(**changed))
    whole = notices.numbered(
        content, number="长政服交字〔2026〕第000123号", code="7K3M9QX2A1B4C5D6", url=samples.ADDRESS
    )
    return printing.render_now(TEMPLATE, whole)


def test_every_line_with_what_the_receiver_found() -> None:
    rows = looking.rows(printed())
    assert rows[0] == ["序号", "办件编号", "名称", "形式", "份数", "签收时的差异"]
    assert rows[1] == ["1", samples.CASE, "出生医学证明", "复印件", "2", "无"]
    assert rows[2] == ["2", samples.CASE, "父母双方的居民户口簿、居民身份证", "原件、复印件", "1", "少1份复印件"]
    assert ["接收人", "赵警官"] in [row[2:] for row in rows] and "共2项" in looking.words(printed())


def test_before_it_is_received_the_receiver_signs_by_hand() -> None:
    said = looking.words(printed(received_by="", received_at=None, remark="", instead=""))
    assert "（签名）" in said and "赵警官" not in said and "2026年11月2日9时30分" in said


def test_two_hundred_lines_run_over_pages_with_their_head() -> None:
    lines = [transfers.Moved(samples.CASE, f"第{n}份材料", "复印件", 1) for n in range(200)]
    pages = looking.pages(printed(lines=lines))
    assert 5 < len(pages) < 12 and all("办件编号" in page for page in pages[:-1])
    assert "第199份材料" in "".join(pages)


def test_a_list_of_nothing_is_no_list() -> None:
    with pytest.raises(Invalid, match="材料"):
        samples.hand_over_list(lines=[])
