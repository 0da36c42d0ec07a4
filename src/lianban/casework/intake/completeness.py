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


class Incomplete(Invalid):
    """Acceptance was refused; `fields` holds every form name with its sentence, the rest sorts them.

    `materials` by material id, `consents` by consent id, `duplicates` the open cases to be looked at first.
    """

    def __init__(self, lacking: Lacking, duplicates: Sequence[Duplicate]) -> None:
        count = len(lacking.all)
        super().__init__(f"还不能受理：有 {count} 处需要补充或改正，请按下面的提示逐项处理。", lacking.all)
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
    duplicate: str = ""

    @property
    def all(self) -> dict[str, str]:
        """Form name to sentence, in the order of the page."""
        together = {**self.fields, **self.parties}
        together |= {f"material.{id}": sentence for id, sentence in self.materials.items()}
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
    return people, Lacking(
        fields=form.missing(edition, reading),
        parties=wrong,
        consents=parties.consents_missing(record.part("consents"), infant=infant),
        materials=materials_missing(reading.plan, record.part("checks"), files),
        duplicate=_duplicate(record, duplicates),
    )


def needed(line: PlanMaterial) -> bool:
    """Whether acceptance needs the paper; a paper that may follow later needs a signed promise, so here it is too."""
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
        sentence += "这份材料可以容缺后补，但须先由申请人签署容缺承诺；没有承诺书时应当提交。"
    return sentence


def _duplicate(record: Record, duplicates: Sequence[Duplicate]) -> str:
    if not duplicates or str(record.draft.get("duplicate", "")).strip():
        return ""
    known = "、".join(f"{d.number}（{d.state}）" for d in duplicates)
    return f"可能重复办理：同一对象已有在办件 {known}。请先查看；确认不是重复的，填写理由后再受理。"
