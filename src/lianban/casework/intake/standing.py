"""How an application stands at a moment: what was typed and handed in, read by its edition, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianban.casework.intake import completeness, duplicates
from lianban.casework.intake.completeness import Lacking
from lianban.casework.intake.duplicates import Duplicate
from lianban.casework.intake.record import Record
from lianban.casework.intake.views import FileView
from lianban.casework.promises import asking
from lianban.outside import clock
from lianban.rules import form
from lianban.rules.catalog.types import Edition
from lianban.rules.form import Reading
from lianban.rules.parties import APPLICANT_ON_FORM, TakingPart
from lianban.rules.plan import PlanItem
from lianban.tables.cases import MaterialFile

PRINCIPAL = ("legal_rep_name", "legal_rep_id_number", "legal_rep_phone")


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that is known about an application that has not been accepted yet."""

    edition: Edition
    reading: Reading
    files: Sequence[FileView]
    keys: Sequence[str]
    twins: tuple[Duplicate, ...]
    parties: list[TakingPart]
    lacking: Lacking

    @property
    def items(self) -> list[PlanItem]:
        """The items that somebody has to decide on."""
        return [item for item in self.reading.plan.items if not item.notice_only]

    @property
    def names(self) -> dict[str, str]:
        """The names of these items, by id."""
        return {item.item: item.name for item in self.items}

    @property
    def numbers(self) -> list[str]:
        """The identity number of the applicant, if it is known."""
        return [p.id_number for p in self.parties if p.role == "applicant" and p.id_number]

    @property
    def applicant(self) -> str:
        """The applicant's name as lists show it."""
        return next((p.name for p in self.parties if p.role == "applicant"), "")

    @property
    def subject(self) -> str:
        """What the case is about, as lists show it."""
        return self.reading.facts.get(self.edition.bundle.subject, "")

    @property
    def unpresentable(self) -> Lacking:
        """What even a receipt needs: who applies, in which situation, with which consents."""
        who = set(APPLICANT_ON_FORM.values())
        if self.reading.facts.get("applies_in_person") == "agent":
            who |= set(PRINCIPAL)
        questions = {q.element for q in self.edition.bundle.questions}
        return Lacking(
            fields={name: why for name, why in self.lacking.fields.items() if name in who | questions},
            parties={name: why for name, why in self.lacking.parties.items() if name.startswith("party.applicant.")},
            consents=self.lacking.consents,
        )


async def standing(record: Record, edition: Edition, *, at: datetime, alone: bool = False) -> Standing:
    """How the case stands on the day of `at`; in the caller's transaction.

    With `alone` two acceptances of the same subject come one after the other.
    """
    on = clock.local(at).date()
    reading = form.read(edition, record.typed, on)
    files = await files_of(record.id)
    keys = duplicates.keys(edition, reading.facts)
    if alone:
        await duplicates.serialise(keys)
    twins = await duplicates.open_cases(edition, keys, but=record.id)
    parties, lacking = completeness.examine(record, edition, reading, files, twins, on)
    later = [line.material for line in lacking.later]
    lacking.promises |= await asking.problems(edition, reading.plan, parties, later, at=at)
    return Standing(edition, reading, files, keys, twins, parties, lacking)


async def files_of(case_id: UUID) -> list[FileView]:
    """The scans of a case, in order."""
    rows = (
        await MaterialFile.select()
        .where((MaterialFile.case_id == case_id) & MaterialFile.removed_at.is_null())
        .order_by(MaterialFile.material, MaterialFile.position, MaterialFile.id)
    )
    return [FileView(r["id"], r["material"], r["name"], r["media_type"], r["size"], r["pages"], r["at"]) for r in rows]
