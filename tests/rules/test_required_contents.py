"""Domain F1, row by row: a paper that lacks something it must contain is not built, and the sentence names what.

Each part is emptied once. What a paper always has by itself (title, date, place of the seal) is asserted below.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from lianban.errors import Invalid
from lianban.rules.notices import AcceptedItem, Deadline, Document, Enquiry, Granted, HandedIn, Outcome, Party
from lianban.rules.notices import adjusting as adjusting_papers
from lianban.rules.notices import promises as promise_papers
from lianban.rules.notices.adjusting import Concerned, MovedLimit
from lianban.rules.notices.base import TITLES, Content
from lianban.rules.notices.correction import ToCorrect
from lianban.rules.notices.outcomes import SingleItem
from lianban.rules.notices.promises import Follows
from tests.printing import samples
from tests.printing.samples import ENQUIRY, RARE, at

NOBODY, NO_ENQUIRY = Party(" "), Enquiry(address="", phone="")
ABOUT = Concerned("长沙市公安局", Party(RARE), samples.BUNDLE, samples.CASE, "出生登记", date(2026, 11, 2), ENQUIRY)
MOVED = [MovedLimit("法定时限", at(9, 17), at(16, 17))]


def extension(name: str = RARE, /, **changed: Any) -> Content:
    """延期通知书 for the birth registration."""
    said: dict[str, Any] = {
        "about": replace(ABOUT, applicant=Party(name)),
        "length": "5 个工作日",
        "reason": "需要异地核实户籍信息。",
        "basis": "《中华人民共和国行政许可法》第四十二条第一款",
        "rank": "本行政机关负责人",
        "approver": "朴局长",
        "approved_at": at(4),
        "limits": MOVED,
    }
    return adjusting_papers.extension(**said | changed)


def special_procedure(name: str = RARE, /, **changed: Any) -> Content:
    """特别程序告知书: an appraisal."""
    said: dict[str, Any] = {
        "about": replace(ABOUT, applicant=Party(name)),
        "name": "鉴定",
        "reason": "需要亲子鉴定。",
        "basis": "《中华人民共和国行政许可法》第四十五条",
        "required": "5 个工作日",
        "since": date(2026, 11, 4),
        "until": date(2026, 11, 10),
        "stops_statutory": True,
        "approver": "朴局长",
        "approved_at": at(4),
        "limits": MOVED,
    }
    return adjusting_papers.special_procedure(**said | changed)


def tolerance(name: str = RARE, /, **changed: Any) -> Content:
    """容缺受理通知书: one material follows."""
    said: dict[str, Any] = {
        "authority": samples.CENTRE,
        "applicant": Party(name),
        "agent": None,
        "bundle": "开办旅馆一件事",
        "case_number": samples.CASE,
        "accepted_on": date(2026, 11, 2),
        "follows": [Follows("卫生管理制度", "原件", ("公共场所卫生许可",), "5 个工作日", at(9, 17))],
        "clerk": "赵窗口",
        "enquiry": ENQUIRY,
        "issued_on": date(2026, 11, 2),
    }
    return promise_papers.tolerance(**said | changed)


WAITING = AcceptedItem("出生登记", "长沙市公安局", Deadline("5 个工作日"))
BUILDERS = {
    "receipt": samples.receipt,
    "correction": samples.correction,
    "acceptance": samples.acceptance,
    "non_acceptance": samples.non_acceptance,
    "tolerance": tolerance,
    "special_procedure": special_procedure,
    "extension": extension,
    "grant": samples.grant,
    "refusal": samples.refusal,
    "termination": samples.termination,
    "turned": samples.turned,
    "rectification": samples.rectification,
    "revocation": samples.revocation,
    "delivery_receipt": samples.delivery_receipt,
    "closure": samples.closure,
    "amendment": samples.amendment,
    "handling_sheet": samples.handling_sheet,
}
ROWS: dict[str, list[tuple[dict[str, Any], str]]] = {
    "receipt": [
        ({"authority": ""}, "出具机关"),
        ({"applicant": NOBODY}, "申请人"),
        ({"items": []}, "办理事项"),
        ({"materials": []}, "收件清单"),
        ({"materials": [HandedIn("", "原件")]}, "材料名称"),
        ({"materials": [HandedIn("身份证", "")]}, "“身份证”的形式"),
        ({"clerk": ""}, "收件人"),
        ({"enquiry": NO_ENQUIRY}, "查询方式"),
    ],
    "correction": [
        ({"applicant": NOBODY}, "申请人"),
        ({"lines": []}, "没有写明要补正的内容"),
        ({"lines": [ToCorrect("长沙市公安局", "照片", " ", "重拍。", "")]}, "“照片”没有写明问题"),
        ({"lines": [ToCorrect("长沙市公安局", "照片", "看不清。", "", "")]}, "“照片”没有写明怎样补正"),
        ({"lines": [ToCorrect("", "照片", "看不清。", "重拍。", "")]}, "“照片”没有写明部门"),
        ({"answer_limit": ""}, "补正的期限"),
        ({"clerk": ""}, "经办人"),
        ({"enquiry": NO_ENQUIRY}, "咨询方式"),
    ],
    "acceptance": [
        ({"authority": ""}, "受理机关"),
        ({"applicant": NOBODY}, "申请人"),
        ({"items": []}, "受理事项"),
        ({"items": [WAITING]}, "“出生登记”的起算条件"),
        ({"items": [replace(WAITING, committed=Deadline(" "))]}, "“出生登记”的承诺时限"),
        ({"basis": ""}, "受理依据"),
        ({"commitment": Deadline("")}, "作出决定的期限"),
        ({"enquiry": NO_ENQUIRY}, "咨询方式"),
        ({"clerk": ""}, "经办人"),
        ({"copies": 0}, "份数"),
        ({"distribution": ""}, "各份去向"),
    ],
    "non_acceptance": [
        ({"applicant": NOBODY}, "申请人"),
        ({"item": ""}, "事项"),
        ({"ground": ""}, "情形不存在"),
        ({"reason": ""}, "不予受理的理由"),
        ({"basis": ""}, "法律依据"),
        ({"competent": ""}, "有权受理的行政机关"),
        ({"remedy": ""}, "救济途径"),
        ({"remedy": "请来窗口。"}, "行政复议"),
        ({"remedy": "可以向市人民政府申请行政复议。"}, "期限"),
        ({"remedy": "可以在六十日内申请行政复议。"}, "机关"),
        ({"enquiry": NO_ENQUIRY}, "咨询方式"),
    ],
    "tolerance": [
        ({"applicant": NOBODY}, "申请人"),
        ({"follows": []}, "容缺的材料"),
        ({"follows": [Follows("制度", "原件", ("许可",), "")]}, "“制度”的补齐期限"),
        ({"follows": [Follows("制度", "原件", (), "", at(9))]}, "“制度”所涉事项"),
        ({"enquiry": NO_ENQUIRY}, "咨询方式"),
    ],
    "special_procedure": [
        ({"name": ""}, "特别程序的种类"),
        ({"reason": ""}, "进行特别程序的理由"),
        ({"basis": ""}, "依据"),
        ({"required": ""}, "所需时间"),
        ({"limits": []}, "结果日期"),
        ({"about": replace(ABOUT, applicant=NOBODY)}, "申请人"),
        ({"about": replace(ABOUT, item="")}, "事项"),
        ({"about": replace(ABOUT, enquiry=NO_ENQUIRY)}, "咨询方式"),
    ],
    "extension": [
        ({"length": ""}, "延长的期限"),
        ({"reason": " "}, "延长的理由"),
        ({"basis": ""}, "法律依据"),
        ({"approver": ""}, "批准人"),
        ({"limits": []}, "原定期限"),
        ({"about": replace(ABOUT, authority="")}, "出具机关"),
    ],
    "grant": [
        ({"authority": ""}, "作出决定的机关"),
        ({"applicant": NOBODY}, "申请人"),
        ({"item": ""}, "事项"),
        ({"basis": ""}, "法律依据"),
        ({"scope": " \n"}, "准予许可的内容和范围"),
        ({"term": ""}, "有效期限"),
        ({"results": []}, "证照或者文书"),
        ({"results": [Granted("")]}, "证照或者文书的名称"),
        ({"enquiry": NO_ENQUIRY}, "咨询方式"),
        ({"copies": 0}, "份数"),
        ({"distribution": ""}, "各份去向"),
    ],
    "refusal": [
        ({"authority": ""}, "作出决定的机关"),
        ({"applicant": NOBODY}, "申请人"),
        ({"item": ""}, "事项"),
        ({"facts": ""}, "审查查明的事实"),
        ({"reason": ""}, "不予许可的理由"),
        ({"basis": ""}, "法律依据"),
        ({"remedy": ""}, "救济途径"),
        ({"remedy": "请来窗口。"}, "行政复议"),
        ({"remedy": "可以向市人民政府申请行政复议。"}, "期限"),
        ({"remedy": "可以在六十日内申请行政复议。"}, "机关"),
        ({"copies": 0}, "份数"),
        ({"distribution": ""}, "各份去向"),
    ],
    "termination": [
        ({"end": ""}, "终止的情形不存在"),
        ({"applicant": NOBODY}, "申请人"),
        ({"items": []}, "终止办理的事项"),
        ({"reason": ""}, "理由"),
        ({"returned": ""}, "退还材料的情况"),
    ],
    "turned": [
        ({"reason": ""}, "转单项办理的理由"),
        ({"items": []}, "可以单独申请的事项"),
        ({"items": [SingleItem("出生登记", "", "", "", (), "", "")]}, "“出生登记”的办理部门"),
        ({"clerk": ""}, "经办人"),
    ],
    "rectification": [
        ({"applicant": NOBODY}, "申请人"),
        ({"findings": ""}, "核查发现的问题"),
        ({"basis": ""}, "法律依据"),
        ({"liability": ""}, "法律责任"),
    ],
    "revocation": [
        ({"applicant": NOBODY}, "申请人"),
        ({"findings": ""}, "核查查明的事实"),
        ({"reason": ""}, "撤销的理由"),
        ({"basis": ""}, "法律依据"),
        ({"remedy": ""}, "救济途径"),
    ],
    "delivery_receipt": [
        ({"addressee": ""}, "受送达人"),
        ({"documents": []}, "送达文书"),
        ({"documents": [Document("")]}, "送达文书的名称"),
        ({"method": ""}, "送达方式"),
        ({"place": ""}, "送达地点"),
        ({"receiver": ""}, "收件人"),
        ({"clerk": ""}, "送达人"),
        ({"method": "left"}, "见证人"),
    ],
    "closure": [
        ({"applicant": NOBODY}, "申请人"),
        ({"outcomes": []}, "办理结果"),
        ({"outcomes": [Outcome("出生登记", "公安", "reviewing")]}, "“出生登记”还没有办理结果"),
        ({"next_step": ""}, "未予许可后的下一步"),
    ],
    "amendment": [
        ({"addressee": ""}, "受送达人"),
        ({"old_title": ""}, "原文书"),
        ({"old_number": ""}, "原文号"),
        ({"changes": []}, "更正的内容"),
        ({"reason": " "}, "更正的理由"),
        ({"new_title": ""}, "更正后的文书"),
        ({"new_number": ""}, "更正后的文号"),
    ],
    "handling_sheet": [
        ({"source": ""}, "来源"),
        ({"findings": ""}, "核实情况"),
        ({"measures": ""}, "整改（处理）情况"),
        ({"reply": ""}, "答复"),
        ({"unit": ""}, "承办单位"),
        ({"reviewer": ""}, "审核人"),
        ({"review": ""}, "审核意见"),
    ],
}
SEALS = {
    "receipt": "综合窗口收件专用章",
    "correction": "行政审批受理专用章",
    "acceptance": "行政审批受理专用章",
    "non_acceptance": "行政审批专用章",
    "tolerance": "行政审批受理专用章",
    "turned": "行政审批专用章",
    "special_procedure": "行政审批专用章",
    "delivery_receipt": "送达机关",
    "closure": "综合窗口出件专用章",
    "handling_sheet": "政务服务窗口专用章",
} | dict.fromkeys(
    ("extension", "grant", "refusal", "termination", "rectification", "revocation", "amendment"), "本行政机关印章"
)


@pytest.mark.parametrize(
    ("kind", "emptied", "named"),
    [
        pytest.param(kind, emptied, named, id=f"{kind}-{named}")
        for kind, rows in ROWS.items()
        for emptied, named in rows
    ],
)
def test_a_paper_that_lacks_what_it_must_contain_is_not_built(kind: str, emptied: dict[str, Any], named: str) -> None:
    assert BUILDERS[kind](RARE)["kind"] == kind, "whole it can be built"
    with pytest.raises(Invalid, match=named):
        BUILDERS[kind](RARE, **emptied)


@pytest.mark.parametrize("kind", list(BUILDERS))
def test_every_paper_bears_title_authority_date_and_the_right_seal(kind: str) -> None:
    content = BUILDERS[kind](RARE)
    assert content["title"] and content["authority"] and content["date"].startswith("2026年11月")
    assert content["seal"] == f"{SEALS[kind]}（盖章处）"


def test_no_kind_of_paper_is_left_out() -> None:
    others = {"hearing", "hearing_call", "hearing_record", "hearing_answer", "survey_notice", "survey_record"}
    assert set(TITLES) == set(BUILDERS) | others | {"hand_over_list", "public_notice"}, "these have tests of their own"
