"""The papers of a case that ends before a decision say what they must, or are not built."""

from __future__ import annotations

import pytest

from lianban.errors import Invalid
from lianban.rules.notices.outcomes import ENDS
from tests.printing import samples


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ("reason", "不予受理的理由"),
        ("basis", "法律依据"),
        ("remedy", "救济途径"),
        ("competent", "有权受理的行政机关"),
        ("authority", "出具机关"),
    ],
)
@pytest.mark.parametrize("empty", ["", " \n"])
def test_a_non_acceptance_without_what_the_law_demands_cannot_be_built(part: str, named: str, empty: str) -> None:
    with pytest.raises(Invalid, match=f"文书缺少必备内容：{named}"):
        samples.non_acceptance(**{part: empty})


def test_what_needs_no_permission_names_no_other_authority() -> None:
    assert samples.non_acceptance(ground="not_required", competent="")["competent"] == ""


def test_an_unknown_ground_and_remedies_without_review_or_suit_are_refused() -> None:
    with pytest.raises(Invalid, match="情形不存在"):
        samples.non_acceptance(ground="too_late")
    with pytest.raises(Invalid, match="行政复议"):
        samples.non_acceptance(remedy="可以向上级反映。")


def test_only_a_permission_is_spoken_of_as_one() -> None:
    permit = samples.non_acceptance(permission=True, ground="not_required", competent="")
    other = samples.non_acceptance(permission=False, ground="not_required", competent="")
    assert permit["ground"] == "申请事项依法不需要取得行政许可" and "参照" not in permit["basis"]
    assert other["ground"] == "申请事项依法不需要办理"
    assert "参照《中华人民共和国行政许可法》第三十二条第一款第一项" in other["basis"]


@pytest.mark.parametrize(("part", "named"), [("reason", "理由"), ("items", "可以单独申请的事项"), ("clerk", "经办人")])
def test_a_turned_matter_says_why_and_where(part: str, named: str) -> None:
    with pytest.raises(Invalid, match=named):
        samples.turned(**{part: ""})


@pytest.mark.parametrize(("part", "named"), [("reason", "理由"), ("returned", "退还材料"), ("items", "终止办理的事项")])
def test_a_termination_says_why_and_what_goes_back(part: str, named: str) -> None:
    with pytest.raises(Invalid, match=named):
        samples.termination(**{part: ""})


@pytest.mark.parametrize("end", list(ENDS))
def test_each_end_has_its_title(end: str) -> None:
    assert samples.termination(end=end)["title"] == ENDS[end]


@pytest.mark.parametrize("end", list(ENDS))
def test_whoever_did_not_ask_for_the_end_is_told_the_remedies(end: str) -> None:
    remedy = samples.termination(end=end)["remedy"]
    if end == "withdrawn":
        assert remedy == ""
    else:
        assert "六十日内" in remedy and "行政复议" in remedy and "六个月内" in remedy
