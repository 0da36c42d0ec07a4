"""What a department may report about one of its items: its own fields and materials, against published standards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lianban.casework.corrections import gaps
from lianban.casework.intake.record import Record
from lianban.casework.intake.standing import Standing
from lianban.casework.intake.told import materials, told
from lianban.errors import Invalid
from lianban.outside.database import connection
from lianban.rules import form, values
from lianban.rules.corrections import FAULTS, KINDS, OLD_GROUND, Told, subject_of
from lianban.rules.plan import MaterialAsker, PlanField, PlanMaterial

LONGEST = 1000
MOST = 60
_SAME = """
SELECT true FROM gaps WHERE case_id = $1 AND subject_kind = 'other' AND subject = $2 AND basis = $3
  AND status IN ('notified', 'supplied') LIMIT 1
"""
REMEDIES = {
    "missing": "请提交这份材料。",
    "unreadable": "请重新提交清晰、完整的一份。",
    "wrong": "请提交符合标准的一份。",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a department finds. `kind`: material, field or other; `subject` is the material or element.

    Of a material `fault` says how (missing, unreadable, wrong) and `standard` which published standard it does not
    meet; `problem` adds words, `remedy` says what to do, `basis` the article (given by default).
    """

    kind: str
    subject: str = ""
    fault: str = ""
    standard: str = ""
    problem: str = ""
    remedy: str = ""
    basis: str = ""


async def checked(record: Record, item: str, found: Standing, findings: Sequence[Finding]) -> list[dict[str, str]]:
    """The findings as rows. Raises Invalid with everything that is wrong with them."""
    if not findings:
        raise Invalid("请至少写明一处需要补正的内容；没有问题的，请点“核对无误”。")
    if len(findings) > MOST:
        raise Invalid(f"一次最多报告 {MOST} 处，请合并后再报告。")
    history = await told(record)
    lines: list[dict[str, str]] = []
    fields: dict[str, str] = {}
    for n, finding in enumerate(findings):
        try:
            line = _line(item, found, record, finding)
            subject = subject_of(line["subject_kind"], line["subject"])
            if why := history.why_not(subject) or await _another(record, history, line):
                raise Invalid(why)
            lines.append(line)
        except Invalid as refusal:
            fields[f"gap.{n}"] = refusal.sentence
    if fields:
        raise Invalid("；".join(dict.fromkeys(fields.values())), fields)
    return lines


async def _another(record: Record, history: Told, line: dict[str, str]) -> str:
    """Why something that is neither field nor material is a new ground: the words may change, the basis tells."""
    if not history.rounds or line["subject_kind"] != "other":
        return ""
    known = await connection().fetchval(_SAME, record.id, line["subject"], line["basis"])
    return "" if known else OLD_GROUND


def _line(item: str, found: Standing, record: Record, finding: Finding) -> dict[str, str]:
    if finding.kind not in KINDS:
        raise Invalid(f"请选择类别：{'、'.join(KINDS.values())}。")
    for text in (finding.problem, finding.remedy, finding.basis):
        if len(text) > LONGEST:
            raise Invalid(f"每一栏最多 {LONGEST} 个字，请缩短。")
    # They stand in the notice: what cannot be printed would leave it in the line of papers for ever.
    problem, remedy, basis = (values.readable(t, lines=True) for t in (finding.problem, finding.remedy, finding.basis))
    if finding.kind == "material":
        problem, remedy = _of_material(item, found, record, finding, problem, remedy)
    elif finding.kind == "field":
        field = next((f for f in fields_of(found, item) if f.element == finding.subject), None)
        if field is None:
            raise _not_asked(item, found)
        if not problem:
            raise Invalid(f"请写明“{field.label}”有什么问题。")
        if not field.required and field.element not in found.reading.typed:
            raise Invalid(f"“{field.label}”是选填的，没有填写的不能要求补正。")
        remedy = remedy or f"请改正“{field.label}”。"
    elif not problem or not basis:
        raise Invalid("材料和申请表以外的问题，请写明内容和法律依据；没有法律依据的，不得要求补正。")
    subject = item if finding.kind == "other" else finding.subject
    basis = basis or gaps.basis_of(found, finding.kind, finding.subject)
    return {
        "subject_kind": finding.kind,
        "subject": subject,
        "problem": _sentence(problem),
        "remedy": _sentence(remedy or "请按上述要求补正"),
        "basis": basis,
    }


def _of_material(
    item: str, found: Standing, record: Record, finding: Finding, problem: str, remedy: str
) -> tuple[str, str]:
    asked = next(((m, a) for m, a in materials_of(found, item) if m.material == finding.subject), None)
    if asked is None:
        raise _not_asked(item, found)
    material, asker = asked
    standards = asker.standards or material.standards
    if finding.fault not in FAULTS:
        raise Invalid(f"请选择“{material.name}”的问题：{'、'.join(FAULTS.values())}。")
    brought = any(f.material == material.material for f in found.files) or record.part("checks").get(
        material.material, {}
    ).get("original")
    if not brought and material.material not in materials(found):
        raise Invalid(f"“{material.name}”不是必须提交的（选交，或者申请人已承诺容缺后补），没有提交的不能要求补正。")
    said = f"“{material.name}”{FAULTS[finding.fault]}"
    if finding.fault == "wrong":
        if standards and finding.standard not in standards:
            raise Invalid(f"请选择“{material.name}”不符合哪一条公布的受理标准，不能另加条件。")
        if not standards and not problem:
            raise Invalid(f"请写明“{material.name}”哪里不符合要求。")
        said += f"（{finding.standard}）" if finding.standard else ""
    return f"{said}。{problem}" if problem else said, remedy or REMEDIES[finding.fault]


def _sentence(text: str) -> str:
    return text if text.endswith(("。", "！", "？", "；")) else f"{text}。"


def _not_asked(item: str, found: Standing) -> Invalid:
    name = found.edition.items[item].name
    return Invalid(f"“{name}”公布的办理要求里没有这一项，不得增加材料或者条件（《优化营商环境条例》）。")


def fields_of(found: Standing, item: str) -> list[PlanField]:
    """The fields that the item asks for and somebody fills in."""
    return [f for f in found.reading.plan.fields if any(a.item == item for a in f.askers) and form.awaits_value(f)]


def materials_of(found: Standing, item: str) -> list[tuple[PlanMaterial, MaterialAsker]]:
    """The materials that are brought for the item, each with how the item asks for it."""
    return [
        (m, next(a for a in m.askers if a.item == item))
        for m in found.reading.plan.materials
        if m.to_bring and any(a.item == item for a in m.askers)
    ]
