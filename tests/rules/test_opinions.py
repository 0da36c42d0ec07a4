"""An opinion says what was examined: "同意" alone is none."""

from __future__ import annotations

import pytest

from lianban.rules.opinions import deficient


@pytest.mark.parametrize(
    "opinion",
    [
        "",
        "  \n",
        "同意",
        "同意。",
        " 同意 ！",
        "准予。",
        "同意办理",
        "拟同意",
        "予以许可",
        "情况属实，同意。",
        "经审查，准予。",
        "通过",
        "OK",
    ],
)
def test_a_bare_opinion_is_deficient(opinion: str) -> None:
    assert "案卷评查会扣分" in deficient(opinion)


@pytest.mark.parametrize(
    "opinion",
    [
        "材料齐全，符合条件。",
        "经审查，申请材料齐全，符合法定条件，准予。",
        "户籍系统查询结果显示，父母双方的户口均在外地。",
        "现场勘查合格，食品处理区与图纸一致，同意。",
        "经审查申请材料。",
    ],
)
def test_an_opinion_with_text_is_none(opinion: str) -> None:
    assert deficient(opinion) == ""
