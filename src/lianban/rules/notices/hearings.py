"""The papers of a hearing (行政许可法 36, 46–48; domain F1): the right told, the call, the record, the reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lianban.errors import Invalid
from lianban.rules.notices.adjusting import AUTHORITY_SEAL, Concerned, MovedLimit, about_content, limit_content, note_of
from lianban.rules.notices.base import OWN_TIME_NOTE, PROVISIONAL, Content, need
from lianban.rules.notices.parts import day

ACT = "《中华人民共和国行政许可法》"
GROUNDS = {
    "interest": ("直接涉及申请人与他人之间重大利益关系", f"{ACT}第四十七条第一款"),
    "law": ("法律、法规、规章规定实施行政许可应当听证", f"{ACT}第四十六条"),
    "public_interest": ("涉及公共利益的重大行政许可事项", f"{ACT}第四十六条"),
}
"""Why there is a hearing: in words, and the article. Only the first one waits for somebody to ask."""
ATTENDED = {"in_person": "到场", "agent": "由代理人到场", "absent": "经通知没有到场"}
CALL = {
    "changed": "原定的听证因{changed}改为：",
    "opening": "关于“{item}”申请（{bundle}，办件编号：{case_number}），本机关定于{held}在{place}举行听证，请准时参加。",
    "presider": "听证主持人：{presider}（不是审查该申请的工作人员）。"
    "认为主持人与本事项有直接利害关系的，有权申请回避。",
    "rights": "听证可以提出证据、进行申辩和质证；听证笔录交参加人确认无误后签字或者盖章，本机关根据听证笔录作出决定"
    "（《中华人民共和国行政许可法》第四十八条）。",
    "free": "申请人、利害关系人不承担组织听证的费用。",
    "limits": "举行听证所需的时间为{time}，依照《中华人民共和国行政许可法》第四十五条的规定不计入办理期限。",
}
RIGHT = {
    "opening": "关于{whose}“{item}”申请（{bundle}，办件编号：{case_number}，本机关于{accepted}受理），{reason}",
    "rights": "根据《中华人民共和国行政许可法》第三十六条、第四十七条的规定，{parties}有权进行陈述和申辩，"
    "有权要求听证。要求听证的，应当在被告知之日起{within}内（至{apply_by}止）提出申请；逾期不提出的，视为放弃听证的权利。",
    "free": "提出听证申请的，本机关将在二十个工作日内组织听证。申请人、利害关系人不承担组织听证的费用。",
    "announcement": "该事项属于{hearing_ground}。根据{basis}的规定，本机关向社会公告，并将举行听证。"
    "听证的时间、地点将在举行的七个工作日前另行通知；公民、法人和其他组织可以向本机关提出意见。",
    "costs": "申请人、利害关系人不承担组织听证的费用。",
}
WORDING = {
    "hearing": RIGHT,
    "hearing_call": CALL,
    "hearing_record": {
        "confirm": "以上笔录已交听证参加人阅读（或者向其宣读），确认无误后逐页签字或者盖章。",
        "effect": "行政机关根据本听证笔录作出行政许可决定（《中华人民共和国行政许可法》第四十八条第二款）。",
    },
    "hearing_answer": {
        "opening": "你（单位）于{applied}就“{item}”申请（{bundle}，办件编号：{case_number}）提出听证申请。",
        "decision": "经核实，{reason}本机关对该听证申请不再组织听证。你（单位）仍然可以在作出决定以前进行陈述和申辩。",
    },
}


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody whom the hearing concerns: `role` 申请人 or 利害关系人, `attended` a key of ATTENDED."""

    role: str
    name: str
    attended: str


def hearing_right(
    about: Concerned,
    *,
    interested: str,
    reason: str,
    told_at: datetime,
    within: str,
    apply_by: datetime,
    provisional: bool = False,
) -> Content:
    """听证权利告知书 (36, 47): who may state and defend or ask for a hearing, why, and until when. It costs nothing.

    `provisional`: the last day lies in a year whose holidays are not published yet (R-T7).
    """
    need(("告知的理由", reason), ("申请听证的期限", within))
    parties = "申请人" + (f"、利害关系人{interested}" if interested.strip() else "")
    return about_content("hearing", about, told_at, AUTHORITY_SEAL) | {
        "heading": "right",
        "whose": "",
        "hearing_ground": GROUNDS["interest"][0],
        "basis": GROUNDS["interest"][1],
        "parties": parties,
        "interested": interested.strip(),
        "reason": reason.strip(),
        "within": within.replace(" ", ""),
        "apply_by": day(apply_by.date()) + PROVISIONAL * provisional,
        "provisional_note": OWN_TIME_NOTE if provisional else "",
    }


def hearing_announcement(about: Concerned, *, interested: str, ground: str, reason: str, told_at: datetime) -> Content:
    """听证公告 (46): the authority holds a hearing of its own accord; nobody has to ask."""
    words, article = GROUNDS[ground]
    need(("举行听证的理由", reason))
    return about_content("hearing", about, told_at, AUTHORITY_SEAL) | {
        "title": "听证公告",
        "heading": "announcement",
        "whose": f"{about.applicant.name}的",
        "parties": "",
        "interested": interested.strip(),
        "hearing_ground": words,
        "basis": article,
        "reason": reason.strip(),
        "within": "",
        "apply_by": "",
        "provisional_note": "",
    }


def hearing_call(
    about: Concerned,
    *,
    interested: str,
    called_at: datetime,
    held_on: date,
    hour: str,
    place: str,
    presider: str,
    closed: str = "",
    changed: str = "",
    until: date | None = None,
    limits: Sequence[MovedLimit] = (),
) -> Content:
    """听证通知书 (48): time and place seven working days ahead, the presider (not the examiner), public unless `closed`
    says which secret or privacy forbids it; free. `changed` tells why an earlier call no longer holds.

    The time that the hearing takes ends with `until`; `limits` are where that moves the limits (45).
    """
    need(("听证时间", hour), ("听证地点", place), ("听证主持人", presider))
    return about_content("hearing_call", about, called_at, AUTHORITY_SEAL) | {
        "interested": interested.strip(),
        "held": f"{day(held_on)}{hour}",
        "place": place.strip(),
        "presider": presider,
        "public": f"听证不公开举行：{closed.strip('。')}。" if closed.strip() else "听证公开举行。",
        "changed": changed.strip(),
        "time": f"{day(called_at.date())}至{day(until)}" if until and limits else "",
        "limits": [limit_content(each) for each in limits],
        "provisional_note": note_of(limits),
    }


def hearing_record(
    about: Concerned,
    *,
    held_at: str,
    place: str,
    presider: str,
    recorder: str,
    examiner: str,
    public: str,
    recusal: str,
    attendees: Sequence[Attendee],
    opinion: str,
    statements: str,
    evidence: str,
    on: datetime,
) -> Content:
    """听证笔录 (48): who was there, what the examiner said with evidence and reasons, what was answered, who signs."""
    need(
        ("听证时间", held_at),
        ("听证地点", place),
        ("听证主持人", presider),
        ("记录人", recorder),
        ("审查人员", examiner),
    )
    need(("告知回避权利的情况", recusal), ("审查意见的证据和理由", opinion), ("申辩和质证的情况", statements))
    need(("听证参加人", attendees))
    if presider == examiner:
        raise Invalid("听证主持人不能是审查这个申请的人员（行政许可法第四十八条）。")
    return about_content("hearing_record", about, on, "听证主持人签名（本文书不加盖印章）") | {
        "held": held_at,
        "place": place,
        "presider": presider,
        "recorder": recorder,
        "examiner": examiner,
        "public": public,
        "recusal": recusal.strip(),
        "attendees": [{"role": a.role, "name": a.name, "attended": ATTENDED[a.attended]} for a in attendees],
        "opinion": opinion.strip(),
        "statements": statements.strip(),
        "evidence": evidence.strip() or "没有提出书面证据。",
    }


def hearing_answer(about: Concerned, *, asker: str, applied_on: date, reason: str, on: datetime) -> Content:
    """听证申请答复书: why a hearing that was asked for too late, or by somebody without the right, is not held."""
    need(("提出申请的人", asker), ("不组织听证的理由", reason))
    return about_content("hearing_answer", about, on, AUTHORITY_SEAL) | {
        "asker": asker.strip(),
        "applied": day(applied_on),
        "reason": reason.strip().rstrip("。") + "。",
    }
