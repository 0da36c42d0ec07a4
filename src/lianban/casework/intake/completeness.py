"""What acceptance still needs: fields, answers, parties, consents, materials, a word on possible duplicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lianban.casework.intake.duplicates import Duplicate
from lianban.casework.intake.record import Record
from lianban.casework.intake.views import FileView
from lianban.errors import Invalid
from lianban.rules import form, parties
from lianban.rules.catalog.types import Edition, Necessity
from lianban.rules.form import Reading
from lianban.rules.parties import TakingPart
from lianban.rules.plan import Plan, PlanMaterial

SIGNED = "signed-here"
"""The tick in the draft's part `later` that the promise was signed before the clerk; every other one is a material."""
SIGNED_SCAN = "tolerance-promise"
"""Under this name a scan of the signed promise is kept; no material of an edition has it."""


class Incomplete(Invalid):
    """Acceptance (or receipt) was refused; `fields` holds every form name with its sentence, the rest sorts them.

    `materials` by material id, `consents` by consent id, `duplicates` the open cases to be looked at first.
    """

    def __init__(self, lacking: Lacking, duplicates: Sequence[Duplicate], step: str = "受理") -> None:
        count = len(lacking.all)
        super().__init__(f"还不能{step}：有 {count} 处需要补充或改正，请按下面的提示逐项处理。", lacking.all)
        self.materials = lacking.materials
        self.consents = lacking.consents
        self.duplicates = tuple(duplicates)


@dataclass(slots=True)
class Lacking:
    """What is missing, by kind; `all` puts it together by form name."""

    fields: dict[str, str] = field(default_factory=dict)
    parties: dict[str, str] = field(default_factory=dict)
    consents: dict[str, str] = field(default_factory=dict)
    materials: dict[str, str] = field(default_factory=dict)
    promises: dict[str, str] = field(default_factory=dict)
    """Why something may not be promised, by form name (`later.<material>`, `later.signed`, a question)."""
    duplicate: str = ""
    later: tuple[PlanMaterial, ...] = ()
    """Not missing: papers of which the applicant says that they will follow (容缺)."""

    @property
    def tolerated(self) -> tuple[PlanMaterial, ...]:
        """Those among `later` that may follow: the promise is signed, and nothing is held against it."""
        unsigned = f"later.{SIGNED}" in self.promises
        return () if unsigned else tuple(m for m in self.later if f"later.{m.material}" not in self.promises)

    @property
    def all(self) -> dict[str, str]:
        """Form name to sentence, in the order of the page."""
        together = {**self.fields, **self.parties}
        together |= {f"material.{id}": sentence for id, sentence in self.materials.items()}
        together |= self.promises
        together |= {f"consent.{id}": sentence for id, sentence in self.consents.items()}
        return together | ({"duplicate": self.duplicate} if self.duplicate else {})


def examine(
    record: Record,
    edition: Edition,
    reading: Reading,
    files: Sequence[FileView],
    duplicates: Sequence[Duplicate],
    on: date,
) -> tuple[list[TakingPart], Lacking]:
    """The parties as they would be kept, and what acceptance on the day `on` would be refused for."""
    infant = edition.bundle.infant
    people, wrong = parties.read(record.part("parties"), edition, reading.plan, reading.facts, on)
    materials = materials_missing(reading.plan, record.part("checks"), files)
    ticked = record.part("later")
    asked = [m for m in reading.plan.materials if m.material in materials and ticked.get(m.material)]
    later = tuple(m for m in asked if m.necessity is Necessity.LATER)
    promises = {f"later.{m.material}": _main(m) for m in asked if m not in later}
    if later and not (ticked.get(SIGNED) or any(f.material == SIGNED_SCAN for f in files)):
        promises[f"later.{SIGNED}"] = _sign(later)
    return people, Lacking(
        fields=form.missing(edition, reading),
        parties=wrong,
        consents=parties.consents_missing(record.part("consents"), infant=infant),
        materials={id: why for id, why in materials.items() if id not in {m.material for m in later}},
        promises=promises,
        duplicate=_duplicate(record, duplicates),
        later=later,
    )


def needed(line: PlanMaterial) -> bool:
    """Whether acceptance needs the paper, or a signed promise that it will follow where that is allowed."""
    return line.to_bring and not line.open and line.necessity in (Necessity.REQUIRED, Necessity.LATER)


def materials_missing(plan: Plan, checks: Mapping[str, Any], files: Sequence[FileView]) -> dict[str, str]:
    """A sentence for each needed material that is neither scanned nor seen on paper with all its standards met."""
    scanned = {f.material for f in files}
    return {
        line.material: _ask(line)
        for line in plan.materials
        if needed(line) and line.material not in scanned and not _seen(line, checks.get(line.material, {}))
    }


def _seen(line: PlanMaterial, check: Mapping[str, Any]) -> bool:
    ticks = check.get("standards", ())
    return bool(check.get("original")) and len(ticks) >= len(line.standards) and all(ticks[: len(line.standards)])


def _ask(line: PlanMaterial) -> str:
    sentence = f"缺“{line.name}”：请上传扫描件，或者核对纸质原件并逐条勾选受理标准。"
    if line.necessity is Necessity.LATER:
        sentence += "这份材料可以容缺后补：申请人愿意的，勾选“容缺，申请人承诺后补”并签署容缺受理承诺书。"
    return sentence


def _main(line: PlanMaterial) -> str:
    return f"“{line.name}”是主要材料，不能容缺后补；请当场补齐，或者收件后一次告知补正。"


def _sign(later: Sequence[PlanMaterial]) -> str:
    names = "”“".join(line.name for line in later)
    return (
        f"容缺后补“{names}”须由申请人签署《申请容缺受理承诺书》：请打印承诺书，签署后勾选“已当面签署”或者上传扫描件。"
    )


def _duplicate(record: Record, duplicates: Sequence[Duplicate]) -> str:
    if not duplicates or str(record.draft.get("duplicate", "")).strip():
        return ""
    known = "、".join(f"{d.number}（{d.state}）" for d in duplicates)
    return f"可能重复办理：同一对象已有在办件 {known}。请先查看；确认不是重复的，填写理由后再受理。"
