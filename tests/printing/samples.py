"""Made-up papers for the tests: a sheet of two items and the content of every notice."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from lianban.outside.clock import SHANGHAI
from lianban.rules import notices
from lianban.rules.notices import (
    AcceptedItem,
    Content,
    Deadline,
    Document,
    Enquiry,
    HandedIn,
    Outcome,
    Party,
    announcing,
    transfers,
)
from lianban.rules.notices import amendment as amendment_papers
from lianban.rules.notices import correction as correction_papers
from lianban.rules.notices import handling as handling_papers
from lianban.rules.notices import outcomes as outcome_papers
from lianban.rules.notices import promises as promise_papers
from lianban.rules.notices import surveys as survey_papers
from lianban.rules.notices.amendment import Change
from lianban.rules.notices.correction import ToCorrect
from lianban.rules.notices.outcomes import SingleItem
from lianban.rules.notices.promises import Follows
from lianban.rules.notices.surveys import Checked, Concluded, Visited
from lianban.rules.notices.wording import worded
from lianban.rules.policy import Policy
from lianban.rules.surveys import Surveyor

RARE = "王𬱖㛃䶮𠅤"
"""Characters of names outside the common ones: of the extensions E, A, A and B."""
LONG = RARE + "欧阳上官诸葛司徒" * 4 + "之长女"
"""A name of forty characters."""

CENTRE = "长沙市政务服务中心"
TEAM = (Surveyor("赵一", "湘A07-0101"), Surveyor("钱二", "湘A07-0102"))
BUNDLE = "新生儿出生一件事"
CASE = "4301002026110200001"
ENQUIRY = Enquiry(
    address="长沙市岳麓区岳华路279号一楼",
    phone="0731-88665114",
    supervision_phone="12345",
    hours="工作日9:00—12:00、13:00—17:00",
    web="http://127.0.0.1:8000/c/4301002026110200001",
    query_code="K7M3QX",
)
ITEMS = (
    ("出生医学证明首次签发", "长沙市卫生健康委员会"),
    ("出生登记", "长沙市公安局"),
    ("社会保障卡申领", "长沙市人力资源和社会保障局"),
)


def at(day: int, hour: int = 9, minute: int = 30) -> datetime:
    """A moment in November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def receipt(name: str = RARE, *, accepted: bool = True, **changed: Any) -> Content:
    """A receipt with two papers, one of them to follow."""
    said: dict[str, Any] = {
        "authority": CENTRE,
        "applicant": Party(name, "110105********002X", "138****8000"),
        "agent": Party("李帮办", phone="139****9000", relation="帮办代办：代为申请、领取"),
        "bundle": BUNDLE,
        "case_number": CASE,
        "items": ITEMS,
        "materials": [
            HandedIn("新生儿出生医学记录", "原件（核验后退还）", 1, 2),
            HandedIn("住院费用清单", "电子件", later="2026年11月9日前补交"),
        ],
        "received_at": at(2),
        "answer_due": date(2026, 11, 9),
        "clerk": "赵窗口",
        "enquiry": ENQUIRY,
        "accepted": accepted,
    }
    return notices.receipt(**said | changed)


def acceptance(name: str = RARE, **changed: Any) -> Content:
    """An acceptance: one limit provisional, one clock not started."""
    said: dict[str, Any] = {
        "authority": CENTRE,
        "applicant": Party(name, "110105********002X", "138****8000"),
        "agent": None,
        "bundle": BUNDLE,
        "case_number": CASE,
        "applied_on": date(2026, 11, 2),
        "accepted_at": at(2),
        "items": [
            AcceptedItem(*ITEMS[0], Deadline("5 个工作日", at(9, 17, 0))),
            AcceptedItem(*ITEMS[1], Deadline("2 个工作小时", at(2, 11, 30)), Deadline("45 个工作日", at(30, 17), True)),
            AcceptedItem(*ITEMS[2], Deadline("30 个工作日", starts="“出生登记”办成之日起算")),
        ],
        "commitment": Deadline("5 个工作日", at(9, 17, 0)),
        "excludes": "不含证照制作和邮寄时间",
        "clerk": "赵窗口",
        "enquiry": ENQUIRY,
    }
    return notices.acceptance(**said | changed)


def refusal(name: str = RARE, **changed: Any) -> Content:
    """A refusal of the birth registration."""
    said: dict[str, Any] = {
        "authority": "长沙市公安局",
        "applicant": Party(name, "110105********002X"),
        "bundle": BUNDLE,
        "case_number": CASE,
        "item": "出生登记",
        "applied_on": date(2026, 11, 2),
        "accepted_on": date(2026, 11, 2),
        "facts": "申请人提交的出生医学证明与签发机构登记的母亲姓名不一致，签发机构已书面确认登记有误。",
        "reason": "出生医学证明所载信息与户籍登记不一致，不能证明亲子关系。",
        "basis": "《中华人民共和国户口登记条例》第七条",
        "remedy": notices.remedy_text("长沙市人民政府", "长沙铁路运输法院"),
        "decided_on": date(2026, 11, 5),
        "enquiry": ENQUIRY,
    }
    return notices.refusal(**said | changed)


def grant(name: str = RARE, **changed: Any) -> Content:
    """A food permit, granted after an on-site check that asked for something."""
    said: dict[str, Any] = {
        "authority": "长沙市市场监督管理局",
        "applicant": Party(name, "92430100MA0000017K"),
        "bundle": "开办餐饮店一件事",
        "case_number": CASE,
        "item": "食品经营许可证新办",
        "applied_on": date(2026, 11, 2),
        "accepted_on": date(2026, 11, 2),
        "scope": "准予办理“食品经营许可证新办”。\n经营场所地址：长沙市岳麓区桐梓坡路8号\n经营项目：热食类食品制售",
        "results": [notices.Granted("食品经营许可证", "JY24301000000017", date(2026, 11, 5), date(2031, 11, 4))],
        "term": "有效期至2031年11月4日",
        "basis": "《中华人民共和国食品安全法》第三十五条",
        "decided_on": date(2026, 11, 5),
        "enquiry": ENQUIRY,
        "conditions": "在2026年11月12日前给凉菜间加装纱窗，接受复查。",
    }
    return notices.grant(**said | changed)


def delivery_receipt(name: str = RARE, **changed: Any) -> Content:
    """Two documents handed over at the window."""
    said: dict[str, Any] = {
        "authority": CENTRE,
        "bundle": BUNDLE,
        "case_number": CASE,
        "addressee": name,
        "documents": [Document("居民户口簿", "430100202611050001"), Document("社会保障卡")],
        "method": "window",
        "place": "综合窗口3号",
        "delivered_at": at(9, 15, 5),
        "receiver": name,
        "relation": "母亲",
        "id_last_four": "002X",
        "clerk": "赵窗口",
    }
    return notices.delivery_receipt(**said | changed)


def closure(
    name: str = RARE,
    *,
    next_step: str = "更正出生医学证明后单独申请",
    valid_until: date | None = None,
    **changed: Any,
) -> Content:
    """A case that ends in part: one item refused."""
    said: dict[str, Any] = {
        "authority": CENTRE,
        "applicant": Party(name),
        "bundle": BUNDLE,
        "case_number": CASE,
        "outcomes": [
            Outcome(*ITEMS[0], "granted", "出生医学证明", "X430000001", date(2026, 11, 5), valid_until),
            Outcome(*ITEMS[1], "refused", "不予许可决定书", next_step=next_step),
        ],
        "accepted_on": date(2026, 11, 2),
        "decided_on": date(2026, 11, 5),
        "closed_at": at(9, 15, 30),
        "method": "window",
        "clerk": "赵窗口",
        "enquiry": ENQUIRY,
        "rating": "http://127.0.0.1:8000/r/2jg82e0xg1j51f7ha",
    }
    return notices.closure(**said | changed)


def non_acceptance(name: str = RARE, **changed: Any) -> Content:
    """The birth registration belongs to another city."""
    said: dict[str, Any] = {
        "authority": "长沙市公安局",
        "applicant": Party(name, "110105********002X"),
        "bundle": BUNDLE,
        "case_number": CASE,
        "item": "出生登记",
        "received_on": date(2026, 11, 2),
        "ground": "not_competent",
        "reason": "孩子随父亲落户，父亲的户口在株洲市，应当由株洲市公安机关办理。",
        "basis": "《中华人民共和国户口登记条例》第七条",
        "competent": "株洲市公安局",
        "remedy": notices.remedy_text("长沙市人民政府", "长沙铁路运输法院"),
        "told_on": date(2026, 11, 2),
        "rest": ["出生医学证明首次签发"],
        "permission": False,
        "enquiry": ENQUIRY,
    }
    return outcome_papers.non_acceptance(**said | changed)


def turned(name: str = RARE, **changed: Any) -> Content:
    """Twins: each child item by item."""
    said: dict[str, Any] = {
        "authority": CENTRE,
        "applicant": Party(name, "110105********002X"),
        "bundle": BUNDLE,
        "case_number": CASE,
        "items": [
            SingleItem(
                *ITEMS[0], "长沙市岳麓区岳华路279号", "0731-88665114", ("出生医学记录", "身份证"), "1 个工作日", ""
            ),
            SingleItem(*ITEMS[1], "长沙市开福区芙蓉北路", "0731-82290110", (), "3 个工作日", "20 个工作日"),
        ],
        "reason": "不符合“一件事”的办理条件“双胞胎、多胞胎每个孩子分别申请”。",
        "told_on": date(2026, 11, 2),
        "clerk": "赵窗口",
        "enquiry": ENQUIRY,
    }
    return outcome_papers.turned(**said | changed)


def termination(name: str = RARE, **changed: Any) -> Content:
    """One item withdrawn at the window."""
    said: dict[str, Any] = {
        "end": "withdrawn",
        "authority": CENTRE,
        "applicant": Party(name, "110105********002X"),
        "bundle": BUNDLE,
        "case_number": CASE,
        "received_on": date(2026, 11, 2),
        "items": ["出生登记"],
        "followers": ["社会保障卡申领"],
        "rest": ["出生医学证明首次签发"],
        "reason": "打算随父亲落户（申请人到窗口当面提出）。",
        "returned": "退还出生医学证明原件一份。",
        "ended_on": date(2026, 11, 3),
        "enquiry": ENQUIRY,
    }
    return outcome_papers.termination(**said | changed)


def correction(name: str = RARE, **changed: Any) -> Content:
    """Two papers and a field to be corrected, merged over two departments."""
    said: dict[str, Any] = {
        "authority": CENTRE,
        "applicant": Party(name, "110105********002X"),
        "agent": None,
        "bundle": BUNDLE,
        "case_number": CASE,
        "received_at": at(2),
        "notified_at": at(3, 10),
        "lines": [
            ToCorrect(
                ITEMS[1][1], "出生医学证明", "看不清，无法辨认。", "请重新提交清晰的一份。", "《户口登记条例》第七条"
            ),
            ToCorrect(ITEMS[1][1], "户主姓名", "没有填写。", "请填写“户主姓名”。", ""),
            ToCorrect(ITEMS[2][1], "照片", "不符合受理标准（白底）。", "请重新拍照。", "社会保障卡管理办法第九条"),
        ],
        "answer_by": at(24, 17, 0),
        "answer_limit": "15 个工作日",
        "provisional": False,
        "policy": Policy(),
        "clerk": "赵窗口",
        "enquiry": ENQUIRY,
    }
    return correction_papers.correction(**said | changed)


def rectification(name: str = RARE, **changed: Any) -> Content:
    """A promise that proved false: to be put right."""
    said: dict[str, Any] = {
        "authority": "长沙市消防救援支队",
        "applicant": Party(name, "110105********002X"),
        "bundle": "开办餐饮店一件事",
        "case_number": CASE,
        "item": "公众聚集场所投入使用、营业前消防安全检查（告知承诺）",
        "checked_on": date(2026, 11, 6),
        "findings": "一层西侧安全出口被货架堵塞，二层疏散指示标志损坏两处，与承诺不符。",
        "rectify_by": date(2026, 11, 20),
        "liability": "经核查发现场所使用、营业情况与承诺内容不符，逾期不改正的，撤销相应许可。",
        "basis": "《中华人民共和国消防法》第十五条、第五十八条",
        "ordered_on": date(2026, 11, 6),
        "enquiry": ENQUIRY,
    }
    return promise_papers.rectification(**said | changed)


def public_notice(name: str = RARE, **changed: Any) -> Content:
    """Nobody knows where the person is: two documents, thirty days."""
    said: dict[str, Any] = {
        "authority": CENTRE,
        "addressee": name,
        "case_number": CASE,
        "documents": [Document("不予许可决定书", "长消不予字〔2026〕第000007号"), Document("社会保障卡")],
        "ground": "unknown",
        "published_on": date(2026, 11, 2),
        "until": date(2026, 12, 2),
        "enquiry": ENQUIRY,
    }
    return announcing.public_notice(**said | changed)


def revocation(name: str = RARE, **changed: Any) -> Content:
    """It was not put right: revoked."""
    said: dict[str, Any] = {
        "authority": "长沙市消防救援支队",
        "applicant": Party(name, "110105********002X"),
        "bundle": "开办餐饮店一件事",
        "case_number": CASE,
        "item": "公众聚集场所投入使用、营业前消防安全检查（告知承诺）",
        "granted_on": date(2026, 11, 2),
        "results": ["公众聚集场所投入使用、营业前消防安全检查意见书（长消安检字〔2026〕第0012号）"],
        "findings": "责令改正期限届满后复查，一层西侧安全出口仍被货架堵塞。",
        "reason": "场所的消防安全条件与承诺不符，逾期不改正。",
        "basis": "《中华人民共和国消防法》第十五条、第五十八条",
        "remedy": notices.remedy_text("长沙市人民政府", "长沙铁路运输法院"),
        "decided_on": date(2026, 11, 23),
        "enquiry": ENQUIRY,
    }
    return promise_papers.revocation(**said | changed)


def undertaking(name: str = RARE) -> Content:
    """The promise to be signed before acceptance: no issued paper, it has neither number nor code."""
    book = Follows(
        "卫生管理制度", "原件或者电子件", ("公共场所卫生许可",), "受理后 5 个工作日内", standards=("有签名",)
    )
    return promise_papers.undertaking(
        authority=CENTRE, applicant=name, bundle="开办旅馆一件事", follows=[book], on=date(2026, 11, 2)
    )


def amendment(name: str = RARE, **changed: Any) -> Content:
    """The refusal had a reason left out."""
    said: dict[str, Any] = {
        "authority": "长沙市公安局",
        "seal": "本行政机关印章（盖章处）",
        "addressee": name,
        "bundle": BUNDLE,
        "case_number": CASE,
        "kind": "refusal",
        "old_title": "不予办理决定书",
        "old_number": "长公安不予字〔2026〕第000122号",
        "old_date": "2026年11月5日",
        "changes": [Change("不予的理由", "父母一方均无本市户口。", "父母双方均无本市户口，也没有本市的合法住所。")],
        "reason": "决定书上的理由漏写了一项。",
        "new_title": "不予办理决定书",
        "new_number": "长公安不予字〔2026〕第000123号",
        "on": date(2026, 11, 6),
        "enquiry": ENQUIRY,
    }
    return amendment_papers.amendment(**said | changed)


def hand_over_list(name: str = RARE, **changed: Any) -> Content:
    """A list between window and department, received with a difference."""
    said: dict[str, Any] = {
        "authority": "长沙市政务服务中心",
        "giver": "长沙市政务服务中心 综合窗口 3 号",
        "taker": "长沙市公安局",
        "lines": [
            transfers.Moved(CASE, "出生医学证明", "复印件", 2),
            transfers.Moved(CASE, "父母双方的居民户口簿、居民身份证", "原件、复印件", 1, "少 1 份复印件"),
        ],
        "given_by": name,
        "given_at": datetime(2026, 11, 2, 9, 30, tzinfo=SHANGHAI),
        "received_by": "赵警官",
        "received_at": datetime(2026, 11, 2, 15, 5, tzinfo=SHANGHAI),
        "remark": "当面告知移交人",
        "instead": "本清单代替长政服交字〔2026〕第000122号",
    }
    return transfers.hand_over_list(**said | changed)


def survey_notice(name: str = RARE, **changed: Any) -> Content:
    """Two departments come on Tuesday; the one has named its surveyors."""
    said: dict[str, Any] = {
        "authority": CENTRE,
        "applicant": Party(name, "110105********002X"),
        "bundle": "开办餐饮店一件事",
        "case_number": CASE,
        "items": [
            Visited("食品经营许可证新办", "长沙市市场监督管理局", TEAM),
            Visited("消防安全检查（一般流程）", "长沙市消防救援支队", prepare=("场所平面布置图", "灭火和应急疏散预案")),
        ],
        "starts_at": at(3),
        "ends_at": at(3, 11, 30),
        "place": "长沙市岳麓区新民路15号",
        "contact": "易建国",
        "phone": "13900000000",
        "note": "请开启厨房排烟设备。",
        "told_at": at(2),
        "enquiry": ENQUIRY,
        "seal": "政务服务窗口专用章（盖章处）",
    }
    return survey_papers.survey_notice(**said | changed)


def survey_record(name: str = RARE, **changed: Any) -> Content:
    """One passes, with a shorter limit."""
    said: dict[str, Any] = {
        "authority": CENTRE,
        "applicant": Party(name, "110105********002X"),
        "bundle": "开办餐饮店一件事",
        "case_number": CASE,
        "parts": [
            Concluded(
                "食品经营许可证新办",
                "长沙市市场监督管理局",
                TEAM,
                "pass_with_rectification",
                "清洗池不足，请加装。",
                date(2026, 11, 5),
                "4 个工作日",
                "设施基本齐全",
                (Checked("设备布局和操作流程与图一致", "合格"), Checked("有洗涤、消毒设施", "问题", "清洗池不足")),
            )
        ],
        "began_at": at(3),
        "place": "长沙市岳麓区新民路15号",
        "contact": "易建国",
        "made_at": at(3, 10, 40),
        "enquiry": ENQUIRY,
        "away": ["消防安全检查（一般流程）（出警，另行勘查）"],
    }
    return survey_papers.survey_record(**said | changed)


def handling_sheet(name: str = RARE, **changed: Any) -> Content:
    """A negative rating, put right, rated again, written off."""
    said: dict[str, Any] = {
        "authority": CENTRE,
        "source": "差评：非常不满意（实名）",
        "matter_number": "ZG2026-00012",
        "received": date(2026, 11, 2),
        "matter": "出生登记（审查）",
        "complaint": "需提供办事指南之外的申报材料　窗口让我另外开一张居住证明，电话里又说不用。",
        "findings": "调取材料清单和通话记录：办事指南没有居住证明，窗口人员口头要求属实。",
        "measures": "已经向申请人退回该材料，修改窗口口径，并对全体窗口人员重新培训。",
        "reply": "多要的证明已经退回，给您添了麻烦，向您致歉；今后只按办事指南收材料。",
        "outcome": "对答复表示满意；已经电话回访。",
        "unit": "长沙市公安局",
        "handler": name,
        "reviewer": "周明",
        "review": "整改到位，答复清楚，同意销号。",
        "on": date(2026, 11, 9),
    }
    return handling_papers.handling_sheet(**said | changed)


ENDS = (non_acceptance, turned, termination, rectification, revocation, public_notice, amendment, hand_over_list)
HANDLING = (handling_sheet,)
SURVEYS = (survey_notice, survey_record)
PAPERS = {
    f.__name__: f
    for f in (receipt, acceptance, refusal, grant, delivery_receipt, closure, correction, *ENDS, *SURVEYS, *HANDLING)
}
ADDRESS = f"http://127.0.0.1:8000/c/{CASE}?code=K7M3QX"


def issued(kind: str, name: str = RARE) -> Content:
    """The content of an issued paper, with its number and QR address."""
    content = worded(PAPERS[kind](name))
    number = notices.number_text("长政服", kind, 2026, 123)
    return notices.numbered(content, number=number, code="7K3M9QX2A1B4C5D6", url=ADDRESS)
