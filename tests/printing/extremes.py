"""The papers of the tests at their fullest: long names, ten items, four departments with photos, a record of 4,000
characters; and at their barest, with every part left out that may be."""

from __future__ import annotations

import base64
import io
from datetime import date
from functools import cache

from PIL import Image

from lianban.rules.notices import (
    AcceptedItem,
    Content,
    Deadline,
    Document,
    Granted,
    HandedIn,
    Outcome,
    Party,
    transfers,
)
from lianban.rules.notices import hearings as hearing_papers
from lianban.rules.notices.amendment import Change
from lianban.rules.notices.correction import ToCorrect
from lianban.rules.notices.hearings import Attendee
from lianban.rules.notices.outcomes import SingleItem
from lianban.rules.notices.surveys import Checked, Concluded, Pictured, Visited
from lianban.rules.surveys import Surveyor
from tests.printing import samples, test_moved_limits

NAME = samples.LONG
ITEM = "公众聚集场所投入使用、营业前消防安全检查（不适用告知承诺的一般流程）"
RESULT = f"{ITEM}意见书"
DEPARTMENT = "延边朝鲜族自治州生态环境局龙井市分局"
TEAM = tuple(Surveyor(f"欧阳{n}", f"吉J-04200{n}") for n in "甲乙丙")
LINE = "审查人员出示采光分析报告，认为影响在允许范围以内；利害关系人对测点提出质证。"
RECORD = LINE * (4000 // len(LINE))
AGENT = Party(NAME, "110105********002X", "139****9000", "委托代理：代为申请、补正、签收和领取全部结果，可以转委托")


@cache
def picture() -> str:
    """A photo as the record carries it."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), (90, 120, 160)).save(out, "JPEG")
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"


def _surveyed(number: int) -> Concluded:
    lines = tuple(
        Checked(f"第{n}条：设备布局和操作流程与图一致，生熟分开，防止待加工食品与直接入口食品交叉污染", "合格")
        for n in range(1, 7)
    )
    photos = tuple(Pictured(f"现场照片{n}　2026年11月3日9时41分拍摄", picture()) for n in range(1, 13))
    return Concluded(
        f"{ITEM}之{number}", DEPARTMENT, TEAM, "pass_with_rectification", LINE * 3, date(2026, 11, 5),
        "4 个工作日", "设施基本齐全", lines, photos,
    )  # fmt: skip


def full() -> dict[str, Content]:
    """Kinds of paper at their fullest."""
    ten = [f"{ITEM}之{n}" for n in range(1, 11)]
    both = Deadline("45 个工作日", samples.at(30, 17), True)
    told = test_moved_limits.about(NAME)
    return {
        "receipt": samples.receipt(
            NAME,
            agent=AGENT,
            items=[(item, DEPARTMENT) for item in ten],
            materials=[
                HandedIn(f"{ITEM}申请表之{n}", "原件（核验后退还）", 12, 120, "2026年11月9日前补交") for n in range(40)
            ],
        ),
        "acceptance": samples.acceptance(
            NAME, agent=AGENT, items=[AcceptedItem(item, DEPARTMENT, both, both) for item in ten]
        ),
        "refusal": samples.refusal(NAME, item=ITEM, facts=RECORD, reason=LINE * 20),
        "grant": samples.grant(
            NAME,
            item=ITEM,
            scope="\n".join(f"经营项目{n}：热食类食品制售、冷食类食品制售、自制饮品制售" for n in range(12)),
            results=[Granted(f"{ITEM}意见书", f"JY2430100000001{n}", date(2026, 11, 5)) for n in range(5)],
            conditions=LINE * 5,
        ),
        "delivery_receipt": samples.delivery_receipt(
            NAME,
            documents=[Document(f"{ITEM}意见书", f"长消安检字〔2026〕第{n:06d}号") for n in range(25)],
            witness=NAME,
        ),
        "closure": samples.closure(
            NAME,
            outcomes=[
                Outcome(
                    item, DEPARTMENT, "granted", f"{ITEM}意见书", "X430000001", date(2026, 11, 5), date(2031, 11, 4)
                )
                for item in ten
            ],
        ),
        "correction": samples.correction(
            NAME,
            agent=AGENT,
            lines=[
                ToCorrect(DEPARTMENT, f"材料{n}", LINE, "请重新提交清晰的一份。", "《户口登记条例》第七条")
                for n in range(20)
            ],
        ),
        "non_acceptance": samples.non_acceptance(NAME, item=ITEM, reason=LINE * 12, rest=ten),
        "turned": samples.turned(
            NAME,
            items=[
                SingleItem(
                    item, DEPARTMENT, "龙井市安民街道河西路88号", "0433-3222222", ("身份证", "申请表"), "3 个工作日", ""
                )
                for item in ten
            ],
        ),
        "termination": samples.termination(NAME, items=ten, followers=ten, rest=ten, reason=LINE * 12),
        "rectification": samples.rectification(NAME, item=ITEM, findings=LINE * 30),
        "revocation": samples.revocation(NAME, item=ITEM, findings=LINE * 30, results=ten),
        "public_notice": samples.public_notice(
            NAME, documents=[Document("不予许可决定书", f"长消不予字〔2026〕第{n:06d}号") for n in range(30)]
        ),
        "amendment": samples.amendment(NAME, changes=[Change(f"第{n}处", LINE * 2, LINE * 3) for n in range(12)]),
        "hand_over_list": samples.hand_over_list(
            "欧阳上官", lines=[transfers.Moved(samples.CASE, f"{ITEM}申请表", "原件、复印件", n) for n in range(1, 30)]
        ),
        "handling_sheet": samples.handling_sheet(
            "欧阳上官", complaint=LINE * 12, findings=LINE * 12, measures=LINE * 12, reply=LINE * 12
        ),
        "survey_notice": samples.survey_notice(
            NAME, items=[Visited(f"{ITEM}之{n}", DEPARTMENT, TEAM, ("场所平面布置图", "应急预案")) for n in range(1, 6)]
        ),
        "survey_record": samples.survey_record(NAME, parts=[_surveyed(n) for n in range(1, 5)]),
        "hearing_record": hearing_papers.hearing_record(
            told,
            held_at="2026年11月11日上午九时",
            place="政务大厅二楼会议室",
            presider="郑主持",
            recorder="金记录",
            examiner="南审查",
            public="公开",
            recusal="主持人已告知申请回避的权利，没有人申请回避。",
            attendees=[Attendee("利害关系人", NAME, "agent") for _ in range(9)],
            opinion=RECORD,
            statements=RECORD,
            evidence=LINE,
            on=test_moved_limits.AT,
        ),
    }


def bare() -> dict[str, Content]:
    """Kinds of paper without what may be left out."""
    few = {"agent": None}
    return {
        "receipt": samples.receipt("王一", **few, materials=[HandedIn("身份证", "原件（核验后退还）")], accepted=False),
        "acceptance": samples.acceptance("王一", **few, commitment=Deadline("5 个工作日", samples.at(9, 17, 0))),
        "grant": samples.grant("王一", conditions="", results=[Granted("食品经营许可证")]),
        "delivery_receipt": samples.delivery_receipt("王一", relation="", id_last_four="", witness="", note=""),
        "non_acceptance": samples.non_acceptance("王一", ground="not_required", competent="", rest=()),
        "termination": samples.termination("王一", followers=(), rest=()),
        "hand_over_list": samples.hand_over_list("王一", received_by="", received_at=None, remark="", instead=""),
        "handling_sheet": samples.handling_sheet("王一", matter="", complaint="", outcome="", handler=""),
        "survey_notice": samples.survey_notice("王一", note="", contact="", phone=""),
        "survey_record": samples.survey_record(
            "王一", parts=[Concluded("食品经营许可证新办", "市场监管局", samples.TEAM, "pass")], contact="", away=()
        ),
    }
