"""The papers of a survey (行政许可法 34, 45; domain F1): 现场勘查通知书 and 联合现场勘查记录."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lianban.errors import Invalid
from lianban.rules.notices.base import Content, begin, enquiry_content, need, party_content
from lianban.rules.notices.parts import Enquiry, Party, day, moment
from lianban.rules.surveys import CONCLUSIONS, Surveyor, team

WORDING = {
    "survey_notice": {
        "opening": "你（单位）申请办理的{bundle}（办件编号：{case_number}），其中下列事项需要对申请材料的实质内容进行"
        "核实。根据《中华人民共和国行政许可法》第三十四条第三款的规定，现定于{held}进行现场勘查，请做好准备，并安排了解"
        "情况的人员到场。",
        "duties": "每个部门由两名以上工作人员进行勘查，勘查时出示执法证件；没有出示执法证件的，你（单位）有权拒绝。认为"
        "勘查人员与本事项有直接利害关系的，可以申请回避。勘查不收取任何费用。",
        "limits": "现场勘查的时间计入办理期限，法定办结时限和承诺办结时限不因现场勘查停止计算。",
        "absence": "不能按时到场的，请在约定的时间以前联系改期。无人到场、勘查不能进行的，另行约定；因此在期限内不能"
        "核实的，根据已有的材料依法作出决定。",
    },
    "survey_record": {
        "note": "勘查情况由各部门分别认定，一个部门的结论不影响其他部门作出决定。当事人对记录有异议的，可以在签名处"
        "写明；拒绝签名的，由勘查人员写明理由，并由见证人签名。",
    },
}


@dataclass(frozen=True, slots=True)
class Visited:
    """One item of a survey notice: which department comes for it, by whom if that is known, what is to be at hand."""

    item: str
    department: str
    surveyors: tuple[Surveyor, ...] = ()
    prepare: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """One line of the acceptance standard with what was found. `answer`: 合格, 问题, 不适用."""

    text: str
    answer: str
    remark: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Pictured:
    """A photo: what it shows and when it was taken, and the picture itself as a data address."""

    caption: str
    image: str


@dataclass(frozen=True, slots=True)
class Concluded:
    """What a department found for one item, signed by its surveyors."""

    item: str
    department: str
    surveyors: tuple[Surveyor, ...]
    conclusion: str
    findings: str = ""
    rectify_by: date | None = None
    limit: str = ""
    limit_reason: str = ""
    checks: tuple[Checked, ...] = ()
    photos: tuple[Pictured, ...] = ()


def survey_notice(
    *,
    authority: str,
    applicant: Party,
    bundle: str,
    case_number: str,
    items: Sequence[Visited],
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    contact: str,
    phone: str,
    note: str,
    told_at: datetime,
    enquiry: Enquiry,
    seal: str,
    changed: str = "",
) -> Content:
    """现场勘查通知书. `changed` tells what this notice replaces and why ("原定2026年11月3日…，因…改期")."""
    need(("申请人", applicant.name), ("勘查事项", items), ("勘查地点", place), ("咨询方式", enquiry.phone))
    if not starts_at < ends_at:
        raise Invalid("勘查的结束时间早于开始时间，请核对。")
    held = f"{moment(starts_at)}至{ends_at.hour}时{ends_at.minute:02d}分"
    return begin("survey_notice", authority, told_at.date(), seal) | {
        "applicant": party_content(applicant),
        "bundle": bundle,
        "case_number": case_number,
        "held": held,
        "place": place.strip(),
        "contact": contact.strip(),
        "contact_phone": phone.strip(),
        "remark": note.strip(),
        "changed": changed,
        "items": [
            {
                "item": one.item,
                "department": one.department,
                "surveyors": "、".join(f"{s.name}（{s.certificate}）" for s in one.surveyors),
                "prepare": list(one.prepare),
            }
            for one in items
        ],
        "enquiry": enquiry_content(enquiry),
    }


def survey_record(
    *,
    authority: str,
    applicant: Party,
    bundle: str,
    case_number: str,
    parts: Sequence[Concluded],
    began_at: datetime,
    place: str,
    contact: str,
    made_at: datetime,
    enquiry: Enquiry,
    away: Sequence[str] = (),
) -> Content:
    """联合现场勘查记录: time, place, two surveyors or more of each department, findings and conclusion of each.

    `away` names items that were to be surveyed and were not, with the reason. Raises Invalid (行政许可法 34).
    """
    need(("申请人", applicant.name), ("勘查地点", place), ("勘查结论", parts))
    for part in parts:
        team(part.surveyors)
        if part.conclusion not in CONCLUSIONS:
            raise Invalid(f"“{part.item}”没有勘查结论，请补全后再出具。")
    return begin("survey_record", authority, made_at.date(), "") | {
        "applicant": party_content(applicant),
        "bundle": bundle,
        "case_number": case_number,
        "began": moment(began_at),
        "ended": moment(made_at),
        "place": place.strip(),
        "contact": contact.strip(),
        "parts": [
            {
                "item": one.item,
                "department": one.department,
                "surveyors": [{"name": s.name, "certificate": s.certificate} for s in one.surveyors],
                "conclusion": CONCLUSIONS[one.conclusion],
                "findings": one.findings.strip(),
                "rectify_by": day(one.rectify_by) if one.rectify_by else "",
                "limit": one.limit.replace(" ", ""),
                "limit_reason": one.limit_reason,
                "checks": [
                    {"text": c.text, "answer": c.answer, "remark": c.remark, "basis": c.basis} for c in one.checks
                ],
                "photos": [{"caption": p.caption, "image": p.image} for p in one.photos],
            }
            for one in parts
        ],
        "away": list(away),
        "enquiry": enquiry_content(enquiry),
    }
