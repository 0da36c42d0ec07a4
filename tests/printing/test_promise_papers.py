"""The promise that the applicant signs: what it says, how it looks. It is no issued paper: no number, no code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pdfua import validate

from lianban.errors import Invalid
from lianban.outside import printing
from lianban.rules.notices.wording import worded
from tests.printing import looking, samples


def undertaking(name: str = samples.RARE) -> bytes:
    return printing.render_now("notices/undertaking.html", samples.undertaking(name))


@pytest.mark.parametrize("name", [samples.RARE, samples.LONG])
def test_the_promise_names_what_follows_and_what_happens_otherwise_on_one_page(name: str) -> None:
    pdf = undertaking(name)
    assert len(looking.pages(pdf)) == 1
    for words in (name, "申请容缺受理承诺书", "卫生管理制度", "受理后5个工作日内", "终止办理所涉事项", "签名或者盖章"):
        assert looking.says(pdf, words), words
    assert looking.right_of_type_area(pdf, 0) <= 184.5


def test_the_promise_is_tagged_and_passes_the_checker(tmp_path: Path) -> None:
    file = tmp_path / "promise.pdf"
    file.write_bytes(undertaking())
    assert list(validate(str(file)).findings) == []


def test_a_character_without_a_glyph_is_refused() -> None:
    with pytest.raises(Invalid, match="字体里没有"):
        undertaking("王\U0003fffd")


def test_the_order_and_the_revocation_say_what_the_law_wants() -> None:
    order = printing.render_now("notices/rectification.html", samples.issued("rectification"))
    for words in ("安全出口被货架堵塞", "2026年11月20日", "消防法》第十五条", "逾期不改正的，撤销"):
        assert looking.says(order, words), words
    taken = printing.render_now("notices/revocation.html", samples.issued("revocation"))
    for words in ("逾期不改正", "消防法》第十五条", "行政复议", "行政诉讼", "第0012号"):
        assert looking.says(taken, words), words


def test_the_closing_notice_says_when_to_apply_for_renewal_only_where_something_expires() -> None:
    renewal = "需要延续的，请在有效期届满三十个工作日前申请（法律、法规另有规定的除外）"
    content = samples.issued("closure")
    assert not looking.says(printing.render_now("notices/closure.html", content), renewal)
    until = date(2031, 11, 4)
    with_term = worded(content | samples.closure(valid_until=until))
    pdf = printing.render_now("notices/closure.html", with_term)
    assert looking.says(pdf, renewal) and looking.says(pdf, "有效期至2031年11月4日")
    assert len(looking.pages(pdf)) == 1
