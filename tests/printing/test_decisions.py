"""The written grant, the corrected paper and its notice, as people hold them in their hands."""

from __future__ import annotations

from datetime import date

from lianban.outside import printing
from lianban.rules import notices
from lianban.rules.notices import Content, Granted
from lianban.rules.notices.amendment import corrected
from lianban.rules.notices.wording import worded
from tests.printing import looking, samples


def printed(kind: str, content: Content) -> bytes:
    number = notices.number_text("长市监", kind, 2026, 7)
    whole = notices.numbered(worded(content), number=number, code="7K3M9QX2A1B4C5D6", url=samples.ADDRESS)
    return printing.render_now(f"notices/{kind}.html", whole)


def test_the_grant_says_what_is_granted_for_how_long_and_under_which_condition_cell_by_cell() -> None:
    pdf = printed("grant", samples.grant())
    assert looking.rows(pdf) == [
        ["内容和范围", "准予办理“食品经营许可证新办”。经营场所地址：长沙市岳麓区桐梓坡路8号经营项目：热食类食品制售"],
        ["证照或者文书", "食品经营许可证JY24301000000017（2026年11月5日）"],
        ["有效期限", "有效期至2031年11月4日"],
        ["整改要求", "在2026年11月12日前给凉菜间加装纱窗，接受复查。"],
    ]
    said = looking.words(pdf)
    for part in ("准予许可决定书", "申请符合法定条件、标准", "第三十八条第一款", "本机关决定准予许可", "签收人：",
                 "本决定书一式2份，申请人一份，本机关存档一份。", "本行政机关印章（盖章处）"):  # fmt: skip
        assert part in said, part
    assert len(looking.pages(pdf)) == 1


def test_a_grant_on_a_promise_names_the_promise_and_the_later_check() -> None:
    promise = "本决定以告知承诺方式作出（《中华人民共和国消防法》第十五条）。本机关在2026年11月30日前核查。"
    rows = looking.rows(printed("grant", samples.grant(conditions="", promise=promise)))
    assert ["告知承诺", promise] in rows and not [row for row in rows if row[0] == "整改要求"]


def test_what_is_no_permission_is_not_granted_under_the_permission_act() -> None:
    content = samples.grant(permission=False, item="出生登记", basis="《户口登记条例》第七条")
    assert content["title"] == "准予办理决定书" and "行政许可法" not in content["basis"]
    assert "准予办理" in looking.words(printed("grant", content))


def test_the_term_is_that_of_the_results_and_otherwise_the_published_one() -> None:
    first = Granted("甲证", valid_until=date(2031, 11, 4))
    assert notices.term_text([first]) == "有效期至2031年11月4日"
    assert notices.term_text([first, Granted("乙证", valid_until=date(2027, 1, 1))]) == (
        "甲证有效期至2031年11月4日；乙证有效期至2027年1月1日"
    )
    assert notices.term_text([Granted("甲证")], "5 年") == "5 年"
    assert notices.term_text([Granted("甲证")]) == "没有规定有效期限，以证照载明的为准"


def test_the_notice_of_a_correction_shows_old_and_new_side_by_side() -> None:
    pdf = printed("amendment", samples.amendment())
    assert looking.rows(pdf)[1] == [
        "不予的理由",
        "父母一方均无本市户口。",
        "父母双方均无本市户口，也没有本市的合法住所。",
    ]
    said = looking.words(pdf)
    for number in (122, 123):
        assert f"长公安不予字〔2026〕第000{number}号" in said
    assert "更正的理由：决定书上的理由漏写了一项。" in said and "自收到更正后的文书之日起计算" in said


def test_a_corrected_paper_says_which_one_it_replaces() -> None:
    old = notices.numbered(worded(samples.refusal()), number="长公安不予字〔2026〕第000122号", code="X", url="x")
    new = corrected(
        old,
        {"reason": "两处都不一致。"},
        on=date(2026, 11, 6),
        number="《不予许可决定书》（长公安不予字〔2026〕第000122号）",
    )
    assert not {"number", "code", "qr", "say"} & set(new), "the old paper's own"
    pdf = printed("refusal", new)
    said = looking.words(pdf)
    assert "本文书更正并替代《不予许可决定书》（长公安不予字〔2026〕第000122号）。" in said
    assert "两处都不一致。" in said and "2026年11月6日" in said
