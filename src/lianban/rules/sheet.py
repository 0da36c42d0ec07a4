"""What the single notification sheet (一次性告知单) says: everything at once, nothing to come back for.

`sheet_content` returns plain data (str, int, bool, list, dict, None) for the template
`notices/sheet.html`, the live page and the command line. All words are ready to print. Keys:

title            "新生儿出生一件事一次性告知单"
bundle           id, name, code, version, commitment ("5 个工作日"), commitment_excludes,
                 joint_mode (words), proposed (True: some items are 拟定)
region           code, name
centre           name of the service centre
on, on_iso       "2026年11月21日", "2026-11-21"
code, address    code of the consultation (typable), address the QR holds (".../s/CODE")
lead             the first paragraph: what is told, under which law, how long it takes
scope, notes     lists of sentences: conditions of the bundle, remarks
answered         [{element, ask, option, label}]          the situation as it was answered
open             [{element, ask, branches: [{option, label, sentences: [str]}]}]      如……则需……
items            [{n, id, name, code, department, department_name, open, because, when, basis: [str],
                   conditions: [str], after: [name], start (sentence), statutory, statutory_basis,
                   committed, committed_note, fee, result, validity, special: [str], survey,
                   notice_only, proposed, remedy}]        in the order of handling
not_needed       [{name, because}]                        items that this situation does not need
materials        [{n, id, name, necessity, source, issuer, form, copies, standards: [str], note,
                   blank (True: a blank form is printed on request), because, open,
                   askers: [{item, department, basis, necessity, because, open}]}]   to hand in
on_site          same lines: shown at the on-site check, not handed in
waived           [{name, reason, basis, askers: [item name]}]      papers nobody has to bring, and why
sections         [{name, fields: [{label, required, open, given, feeds: [department], because}],
                   to_fill}]                              overview of the one form
departments      [{id, name, short, lead, items: [name], address, phone, supervision_phone, hours}]
place            {name, address, phone, supervision_phone, hours}
steps            [str]                                    how it goes, in order
bases            [str]                                    legal bases, each once
rights           [str]                                    one-time notice, limits, remedies
counters         [{measure, name, before, after, unit, lines: [str],
                   published: [{measure, before, after, source}]}]   papers, fields, trips, days
published        [{measure, before, after, source}]       published figures we have no counterpart for
provisional      [str]                                    what on this sheet is not final, and why
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from lianban.rules.catalog.types import (
    Basis,
    Contact,
    Contacts,
    Edition,
    JointMode,
    Material,
    Necessity,
    Promise,
    Published,
    Source,
    SpecialProcedure,
    Start,
)
from lianban.rules.composer import NOT_APPLICABLE, label_of, limit_text, settle
from lianban.rules.conditions import Facts
from lianban.rules.plan import Plan, PlanField, PlanItem, PlanMaterial
from lianban.rules.remedies import remedy
from lianban.rules.statutory import DECIDE_BASIS

Content = dict[str, Any]

NECESSITY = {
    Necessity.REQUIRED: "必须提交",
    Necessity.LATER: "可先受理、容缺后补",
    Necessity.OPTIONAL: "自愿提交",
    Necessity.ON_SITE: "现场核查时出示",
}
MUST = (Necessity.REQUIRED, Necessity.LATER)
SOURCE = {Source.APPLICANT: "申请人自备", Source.GOVERNMENT: "政府部门核发", Source.OTHER: "其他"}
JOINT = {
    JointMode.NONE: "一窗受理、各部门分别决定",
    JointMode.UNIFIED: "统一办理",
    JointMode.JOINT: "联合办理",
    JointMode.CENTRALISED: "集中办理",
}
MEASURES = {"papers": "提交材料", "fields": "填写字段", "trips": "跑动次数", "days": "办理时间"}
_PUBLISHED_AS = {
    "papers": ("材料", "papers"),
    "fields": ("字段", "fields"),
    "trips": ("跑动", "trips"),
    "days": ("时间", "时限", "days"),
}
_PERMISSION = "《中华人民共和国行政许可法》"


def day_text(on: date) -> str:
    """2026年11月21日."""
    return f"{on.year}年{on.month}月{on.day}日"


def basis_text(basis: Basis | None) -> str:
    """《户口登记条例》第七条; empty where none is given."""
    return f"{basis.document}{basis.article}" if basis else ""


def sheet_content(
    edition: Edition, plan: Plan, answers: Facts, contacts: Contacts, on: date, code: str, *, site: str = ""
) -> Content:
    """Everything the sheet says; `code` from `sheetcode.encode`, `site` the address the QR begins with."""
    bundle = edition.bundle
    known = settle(edition, answers)
    handed = [line for line in plan.materials if line.to_bring]
    on_site = [line for line in plan.materials if _on_site(line)]
    numbers = {line.material: n for n, line in enumerate([*handed, *on_site], 1)}
    return {
        "title": f"{bundle.name}一次性告知单",
        "bundle": {
            "id": bundle.id,
            "name": bundle.name,
            "code": bundle.code,
            "version": bundle.version,
            "commitment": limit_text(bundle.commitment),
            "commitment_excludes": bundle.commitment_excludes,
            "joint_mode": JOINT[bundle.joint_mode],
            "proposed": any(edition.items[each.item].proposed for each in plan.items),
        },
        "region": {"code": bundle.region, "name": bundle.region_name},
        "centre": bundle.centre,
        "on": day_text(on),
        "on_iso": on.isoformat(),
        "code": code,
        "address": f"{site.rstrip('/')}/s/{code}",
        "lead": _lead(edition, plan),
        "scope": list(bundle.scope),
        "notes": list(bundle.notes),
        "answered": [
            {
                "element": question.element,
                "ask": question.ask,
                "option": answers[question.element],
                "label": label_of(edition.elements[question.element], answers[question.element]),
            }
            for question in bundle.questions
            # An answer to a question that no longer arises says nothing about this situation.
            if question.element in answers and known[question.element] != NOT_APPLICABLE
        ],
        "open": [
            {
                "element": point.element,
                "ask": point.ask,
                "branches": [
                    {"option": option, "label": label, "sentences": list(sentences)}
                    for option, label, sentences in point.branches
                ],
            }
            for point in plan.open
        ],
        "items": [_item(edition, plan, n, each) for n, each in enumerate(plan.items, 1)],
        "not_needed": [{"name": each.name, "because": each.because.text} for each in plan.not_needed],
        "materials": [_material(edition, numbers[line.material], line) for line in handed],
        "on_site": [_material(edition, numbers[line.material], line) for line in on_site],
        "waived": _waived(edition, plan),
        "sections": _sections(edition, plan.fields),
        "departments": _departments(edition, plan, contacts),
        "place": {"name": bundle.centre, **_contact(contacts.centre)},
        "steps": _steps(plan, bundle.centre),
        "bases": _bases(edition, plan),
        "rights": _rights(edition, plan),
        "counters": [
            {
                "measure": each.measure,
                "name": MEASURES[each.measure],
                "before": each.before,
                "after": each.after,
                "unit": each.unit,
                "lines": list(each.lines),
                "published": [_published(p) for p in bundle.published if _measured(p) == each.measure],
            }
            for each in plan.counters
        ],
        "published": [_published(p) for p in bundle.published if _measured(p) is None],
        "provisional": _provisional(edition, plan, on),
    }


def _lead(edition: Edition, plan: Plan) -> str:
    bundle = edition.bundle
    excludes = f"（{bundle.commitment_excludes.strip('。')}）" if bundle.commitment_excludes else ""
    proposed = any(edition.items[each.item].proposed for each in plan.items)
    return (
        f"办理{bundle.name}的事项、材料、流程、时限和收费，根据{_PERMISSION}第三十条、第三十二条和《优化营商环境条例》"
        f"第三十五条、第三十六条一次性告知如下。整件事承诺{limit_text(bundle.commitment)}内办结{excludes}；"
        f"办理方式：{JOINT[bundle.joint_mode]}。{'标有“拟定”的事项，当地只公布了数目。' if proposed else ''}"
    )


def _on_site(line: PlanMaterial) -> bool:
    return line.necessity is Necessity.ON_SITE and line.exemption is None and not line.from_item


def _item(edition: Edition, plan: Plan, number: int, line: PlanItem) -> Content:
    item = edition.items[line.item]
    entry = next(each for each in edition.bundle.items if each.item == line.item)
    names = {each.item: each.name for each in plan.items}
    after = [names[name] for name in line.after]
    start = "自受理之日起算"
    if after and line.start is Start.PREDECESSOR:
        start = f"自{_quoted(after)}办结之日起算"
        start += f"：{entry.start_basis}" if entry.start_basis else ""
    return {
        "n": number,
        "id": item.id,
        "name": item.name,
        "code": item.code,
        "department": edition.departments[item.department].short,
        "department_name": edition.departments[item.department].name,
        "open": line.open,
        "because": line.because.text,
        "when": entry.when_text,
        "basis": [basis_text(each) for each in item.basis],
        "conditions": [*item.conditions, *_promise(item.promise)],
        "after": after,
        "start": start,
        "statutory": limit_text(line.statutory) if line.statutory else "",
        "statutory_basis": basis_text(item.statutory_basis) or (DECIDE_BASIS if line.statutory else ""),
        "committed": "仅作告知" if line.notice_only else limit_text(item.committed),
        "committed_note": item.committed_note,
        "fee": item.fee,
        "result": item.result.name,
        "validity": item.result.validity,
        "special": [_special(each) for each in item.special],
        "survey": line.survey,
        "notice_only": line.notice_only,
        "proposed": item.proposed,
        "remedy": remedy(item, edition.departments[item.department]),
    }


def _promise(promise: Promise | None) -> list[str]:
    """告知承诺: what is promised, what follows when it is false, who may not use it."""
    if promise is None:
        return []
    said = f"以告知承诺方式办理（{basis_text(promise.basis)}）：申请人书面承诺{'；'.join(promise.content)}"
    return [said, f"决定后核查；{promise.liability}", *([promise.not_for] if promise.not_for else [])]


def _special(special: SpecialProcedure) -> str:
    parts = [limit_text(special.days)] if special.days else []
    parts.append("所需时间另行书面告知")
    # Only what 行政许可法 45 or a special law lists stops the statutory clock too.
    parts.append("不计入承诺时限，法定时限照常计算" if special.stops == "committed" else "不计入承诺时限和法定时限")
    basis = basis_text(special.basis)
    return f"{special.name}（{'，'.join(parts)}）" + (f"，依据{basis}" if basis else "")


def _material(edition: Edition, number: int, line: PlanMaterial) -> Content:
    material = edition.materials[line.material]
    names = {name: item.name for name, item in edition.items.items()}
    return {
        "n": number,
        "id": line.material,
        "name": line.name,
        "necessity": NECESSITY[line.necessity],
        "source": SOURCE[material.source],
        "issuer": material.issuer,
        "form": _form(material, line.copies),
        "copies": line.copies,
        "standards": list(line.standards),
        "note": material.note,
        "blank": material.form is not None,
        "because": line.because.text,
        "open": line.open,
        "askers": [
            {
                "item": names[asker.item],
                "department": edition.departments[asker.department].short,
                "basis": basis_text(asker.basis),
                "necessity": NECESSITY[asker.necessity],
                "because": asker.because.text,
                "open": asker.open,
            }
            for asker in line.askers
        ],
    }


def _form(material: Material, copies: int) -> str:
    parts = ["原件 1 份"] if material.original else []
    if copies:
        parts.append(f"复印件 {copies} 份")
    text = "、".join(parts) or "1 份"
    return f"{text}，可提交电子件" if material.electronic else text


def _waived(edition: Edition, plan: Plan) -> list[Content]:
    """Papers that are not asked for: exempt, supplied by another item, or not needed here."""
    found: list[Content] = []
    names = {name: item.name for name, item in edition.items.items()}
    for line in plan.materials:
        if line.exemption is None and not line.from_item:
            continue
        material = edition.materials[line.material]
        reason = line.exemption_note or "由系统生成或者通过数据共享取得，免交"
        if line.from_item:
            reason = f"由“{names[line.from_item]}”的办理结果提供，免交"
        askers = list(dict.fromkeys(names[asker.item] for asker in line.askers))
        basis = basis_text(material.exemption_basis) if line.exemption else ""
        found.append({"name": line.name, "reason": reason, "basis": basis, "askers": askers})
    found += [
        {"name": each.name, "reason": each.because.text, "basis": "", "askers": [names[each.item]]}
        for each in plan.waived
    ]
    return found


def _sections(edition: Edition, fields: Iterable[PlanField]) -> list[Content]:
    sections: dict[str, list[Content]] = {}
    for line in fields:
        feeds = dict.fromkeys(edition.departments[asker.department].short for asker in line.askers)
        sections.setdefault(line.section, []).append(
            {
                "label": line.label,
                "required": line.required,
                "open": line.open,
                "given": bool(line.given),
                "feeds": list(feeds),
                "because": line.because.text,
            }
        )
    return [
        {"name": name, "fields": lines, "to_fill": sum(not line["given"] for line in lines)}
        for name, lines in sections.items()
    ]


def _departments(edition: Edition, plan: Plan, contacts: Contacts) -> list[Content]:
    items: dict[str, list[str]] = {edition.bundle.lead: []}
    for each in plan.items:
        items.setdefault(each.department, []).append(each.name)
    return [
        {
            "id": id,
            "name": edition.departments[id].name,
            "short": edition.departments[id].short,
            "lead": id == edition.bundle.lead,
            "items": names,
            **_contact(contacts.departments.get(id, Contact())),
        }
        for id, names in items.items()
    ]


def _contact(contact: Contact) -> Content:
    return {
        "address": contact.address,
        "phone": contact.phone,
        "supervision_phone": contact.supervision_phone,
        "hours": contact.hours,
    }


def _steps(plan: Plan, centre: str) -> list[str]:
    tasks = [each for each in plan.items if not each.notice_only]
    names = {each.item: each.name for each in tasks}
    fill = sum(not line.given and not line.open for line in plan.fields)
    papers = sum(line.to_bring and not line.open and line.necessity in MUST for line in plan.materials)
    still = "（待定事项另计）" if plan.open else ""
    steps = [
        f"在{centre}综合窗口提出申请，填写一张表 {fill} 项，提交材料 {papers} 份{still}。",
        "窗口一次收件：能够当场更正的当场更正；材料齐全、符合要求的当场受理，出具受理通知书和收件凭证。",
    ]
    at_once = [each.name for each in tasks if not each.after]
    if at_once:
        together = "同时办理" if len(at_once) > 1 else "先行办理"
        steps.append(f"{_quoted(at_once)}{together}。")
    steps += [
        f"{_quoted(names[name] for name in each.after if name in names)}办结后，办理“{each.name}”。"
        for each in tasks
        if each.after
    ]
    surveys = [each.name for each in tasks if each.survey]
    if surveys:
        steps.append(f"{_quoted(surveys)}需要现场核查，由两名以上工作人员进行。")
    steps += [
        "各事项都作出决定后，综合窗口统一出件；一项不予办理的，不影响其他事项出件。",
        "凭受理编号和查询码，可以随时查询办理进度。",
    ]
    return steps


def _bases(edition: Edition, plan: Plan) -> list[str]:
    found: dict[str, None] = {}
    for each in plan.items:
        item = edition.items[each.item]
        for basis in (*item.basis, item.statutory_basis, *(special.basis for special in item.special)):
            found[basis_text(basis)] = None
    for line in plan.materials:
        for asker in line.askers:
            found[basis_text(asker.basis)] = None
    return [text for text in found if text]


def _rights(edition: Edition, plan: Plan) -> list[str]:
    rights = [
        "申请材料不齐全或者不符合法定形式的，窗口当场或者在五日内一次告知需要补正的全部内容；逾期不告知的，自收到申请材料之日起即为受理"
        f"（{_PERMISSION}第三十二条，非许可事项参照执行）。",
        f"受理或者不予受理，都出具加盖专用印章和注明日期的书面凭证（{_PERMISSION}第三十二条）。",
        "本单所列材料和受理标准是窗口审查的全部要求，不要求提交与办理事项无关的材料"
        f"（{_PERMISSION}第三十一条）；格式文本免费提供（{_PERMISSION}第二十九条、第五十八条）。",
    ]
    if any(not each.notice_only and edition.items[each.item].special for each in plan.items):
        rights.append(
            "需要特别程序的，所需时间书面告知申请人；依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，所需时间不计入法定期限"
            f"（{_PERMISSION}第四十五条）。"
        )
    remedies: dict[str, list[str]] = {}
    for each in plan.items:
        if not each.notice_only:
            item = edition.items[each.item]
            remedies.setdefault(remedy(item, edition.departments[item.department]), []).append(each.name)
    rights += [f"{_quoted(names)}：{text}" for text, names in remedies.items() if text]
    return rights


def _measured(published: Published) -> str | None:
    return next((m for m, words in _PUBLISHED_AS.items() if any(word in published.measure for word in words)), None)


def _published(published: Published) -> Content:
    return {
        "measure": published.measure,
        "before": published.before,
        "after": published.after,
        "source": published.source,
    }


def _provisional(edition: Edition, plan: Plan, on: date) -> list[str]:
    bundle = edition.bundle
    said: list[str] = []
    if plan.open:
        said.append(f"还有 {len(plan.open)} 处情形没有确定，相应内容以“如……则需……”列出；确定后请领取新的告知单。")
    proposed = [each.name for each in plan.items if edition.items[each.item].proposed]
    if proposed:
        said.append(f"{_quoted(proposed)}的内容为拟定，以办理机关公布的为准。")
    if on < bundle.valid_from:
        said.append(f"本目录自{day_text(bundle.valid_from)}起施行。")
    if bundle.valid_to is not None and on > bundle.valid_to:
        said.append(f"本目录施行至{day_text(bundle.valid_to)}，请以现行目录为准。")
    return said


def _quoted(names: Iterable[str]) -> str:
    return "".join(f"“{name}”" for name in names)
