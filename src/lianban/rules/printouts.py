"""The merged form and the papers the system prints: blank, as a filled sample, or filled in.

Builders turn an edition, a plan and facts into plain content for `templates/notices/form.html` and `paperform.html`.
A form asks nothing that no item uses (行政许可法 29), carries the privacy notice (个人信息保护法 17, 28–31) and the
statement on truth (行政许可法 31).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from lianban.errors import NotFound
from lianban.rules import values
from lianban.rules.catalog.types import Edition, Element, ValueKind
from lianban.rules.notices import PERMISSION, Content, day
from lianban.rules.plan import Plan, PlanField

MODES = {"blank": "空白表", "sample": "样表（内容为虚构）", "filled": ""}
PLACEHOLDER = re.compile(r"\{(\w+)\}")
SIGNATURE = re.compile("　{4,}")
"""Full-width blanks in a line: room for a hand."""
FINITE = (ValueKind.CHOICE, ValueKind.YES_NO)
APPLICANT = "申请人"
TICKS = 6
"""Choices with more options than this are written, not ticked."""
CELL = 22
"""Half-width characters that fit a half line; longer values take the whole line."""

TRUTH = (
    "本人（单位）承诺：所填内容和提交的材料真实、有效，复印件与原件一致；隐瞒有关情况或者提供虚假材料的，"
    "依法承担《中华人民共和国行政许可法》第七十八条、第七十九条规定的责任。"
)
TRUTH_ELSE = (
    "本人（单位）承诺：所填内容和提交的材料真实、有效，复印件与原件一致；隐瞒有关情况或者提供虚假材料的，依法承担责任。"
)
"""Where nothing applied for is a permission."""


def privacy_notice(edition: Edition, phone: str = "") -> list[str]:
    """What the applicant is told about the data (个人信息保护法 17): who, why, which, how long, which rights."""
    bundle = edition.bundle
    used = [e.label for e in edition.elements.values() if e.sensitive]
    notice = [
        f"个人信息由{bundle.centre}和办理本表所列事项的部门处理，仅用于办理{bundle.name}；每个部门只能看到办理本部门事项"
        "所需的内容。依据：《中华人民共和国个人信息保护法》第十三条第一款第三项（履行法定职责）。",
        "保存期限按照档案管理规定执行；未受理的草稿保存三十日后删除。您有权查阅、复制、更正个人信息"
        + (f"，可以拨打{phone}提出。" if phone else "，可以向综合窗口提出。"),
    ]
    if bundle.infant:
        notice.insert(
            1,
            "本表包含不满十四周岁儿童的个人信息（敏感个人信息），经监护人签名同意后，只用于办理上述事项，查阅逐次记录。",
        )
    elif used:
        notice.insert(1, f"其中{'、'.join(used)}属于敏感个人信息，只用于办理需要它的事项。")
    return notice


def application_form(
    edition: Edition,
    plan: Plan,
    facts: Mapping[str, str],
    *,
    mode: str,
    on: date,
    parties: Sequence[Mapping[str, str]] = (),
    number: str = "",
    code: str = "",
    url: str = "",
    phone: str = "",
) -> Content:
    """The merged application form. `mode` is blank, sample or filled; `facts` are canonical.

    `parties` are {role, name, id_kind, id_number, phone, relation, mandate} in words; without any, or on a blank or a
    sample, their part is left to be filled in by hand. `code` and `url` lead back to the live page.
    """
    bundle = edition.bundle
    sections: dict[str, list[Content]] = {}
    for field in plan.fields:
        sections.setdefault(field.section, []).append(_cell(edition, field, facts, mode))
    return {
        "kind": "form",
        "mode": mode,
        "mark": MODES[mode],
        "title": f"{bundle.name}申请表",
        "authority": bundle.centre,
        "region": bundle.region_name,
        "date": day(on),
        "iso": on.isoformat(),
        "number": number,
        "code": code,
        "qr": url,
        "items": [
            {"name": i.name, "department": edition.departments[i.department].name, "open": i.open}
            for i in plan.items
            if not i.notice_only
        ],
        "sections": [{"name": name, "rows": list(_rows(cells))} for name, cells in sections.items()],
        "parties": _parties(parties, mode, APPLICANT in sections),
        "infant": bundle.infant,
        "privacy": privacy_notice(edition, phone),
        "truth": TRUTH if any(edition.items[i.item].kind == PERMISSION for i in plan.items) else TRUTH_ELSE,
    }


def paper_form(
    edition: Edition, material: str, facts: Mapping[str, str], *, mode: str, on: date, number: str = ""
) -> Content:
    """A material that the system prints. Raises NotFound when it has no form."""
    paper = edition.materials.get(material)
    if paper is None or paper.form is None:
        raise NotFound("这项材料没有可以打印的表格。")
    return {
        "kind": "paperform",
        "mode": mode,
        "mark": MODES[mode],
        "title": paper.form.title,
        "authority": edition.bundle.centre,
        "bundle": edition.bundle.name,
        "iso": on.isoformat(),
        "number": number,
        "note": paper.note,
        "lines": [_line(edition, line, facts, mode) for line in paper.form.lines],
    }


def _parties(parties: Sequence[Mapping[str, str]], mode: str, asked: bool) -> list[Content]:
    """Who takes part; empty lines to fill in by hand. `asked`: the applicant stands in the form's fields already."""
    keys = ("role", "name", "id_kind", "id_number", "phone", "relation", "mandate", "relation_label")
    by_hand = [{"role": APPLICANT, "relation_label": "经办人"}, {"role": "代理人", "relation_label": "代理方式和权限"}]
    shown = parties if mode == "filled" and parties else by_hand
    return [{key: p.get(key, "") for key in keys} for p in shown if not (asked and p["role"] == APPLICANT)]


def _value(element: Element, facts: Mapping[str, str], mode: str) -> str:
    """What stands in the place of an element: nothing, its example, or what is known."""
    if mode == "sample" and element.id not in facts:
        first = element.options[0].id if element.options else ""
        return values.display(element, element.example or first)
    return values.display(element, facts[element.id]) if facts.get(element.id) else ""


def _cell(edition: Edition, field: PlanField, facts: Mapping[str, str], mode: str) -> Content:
    element = edition.elements[field.element]
    supplier = field.given.removeprefix("item:") if field.given.startswith("item:") else ""
    known = mode != "blank" or field.given == "answer"
    value = _value(element, facts, mode) if known else ""
    if supplier and (mode != "filled" or not value):
        value = f"由“{edition.items[supplier].name}”的结果提供，不用填"
    finite = element.kind in FINITE and len(element.options or "是否") <= TICKS
    options = [o.label for o in element.options] or ["是", "否"] if finite else []
    cell: dict[str, Any] = {
        "element": element.id,
        "label": field.label,
        "value": value,
        "required": field.required and not field.open,
        "when": field.because.text if field.open else "",
        "options": [] if supplier else options,
        "unit": element.unit if not value else "",
        "help": element.help if mode != "filled" else "",
    }
    text = "".join(f"□{o}　" for o in cell["options"]) or value
    width = sum(2 if ord(c) > 0x2E7F else 1 for c in text)
    cell["wide"] = element.kind is ValueKind.LONG_TEXT or width > CELL or element.max_length > 200
    return cell


def _rows(cells: Iterable[Content]) -> Iterable[list[Content]]:
    """Cells two a line; a wide one has a line of its own."""
    half: Content | None = None
    for cell in cells:
        if cell["wide"]:
            yield [cell]
        elif half is None:
            half = cell
        else:
            yield [half, cell]
            half = None
    if half is not None:
        yield [half]


def _line(edition: Edition, line: str, facts: Mapping[str, str], mode: str) -> Content:
    """A line as pieces: fixed text, places with their value or the width to leave, room for a signature."""
    pieces: list[Content] = []
    for index, part in enumerate(PLACEHOLDER.split(line)):
        if index % 2:
            element = edition.elements.get(part)
            value = _value(element, facts, mode) if element and mode != "blank" else ""
            pieces.append({"value": value, "width": _room(element)})
        else:
            for number, text in enumerate(SIGNATURE.split(part)):
                pieces += [{"sign": True}] * (number > 0) + [{"text": text}] * bool(text)
    return {"pieces": pieces, "sign": "签名" in line or "签字" in line or "盖章" in line}


def _room(element: Element | None) -> int:
    """The width to leave for handwriting, in millimetres."""
    if element is None:
        return 30
    match element.kind:
        case ValueKind.ID_CARD | ValueKind.USCC | ValueKind.BANK_ACCOUNT | ValueKind.DATETIME:
            return 44
        case ValueKind.LONG_TEXT:
            return 80
        case ValueKind.CHOICE | ValueKind.YES_NO | ValueKind.NUMBER:
            return 22
        case ValueKind.TEXT if "地址" in element.label or "住址" in element.label or "地点" in element.label:
            return 60
        case _:
            return 32
