"""What is asked in a call-back, as data, and which answers are findings (S1: 满意吗、收费、多跑、重复交材料).

The questions lie in `catalog/common/callback.yaml`; a region may have its own `callback.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lianban.errors import Invalid
from lianban.rules.catalog import reading
from lianban.rules.catalog.loading import SHIPPED
from lianban.rules.catalog.reading import Entry, Faults

ANSWERS = {"yes": "是", "no": "否", "unsure": "说不清"}
SATISFIED = "satisfied"
"""The question that every questionnaire has: its answer is handed on to whoever handles the matter."""
SOURCES = ("draw", "rectification", "difficulty")
LONGEST_NOTE = 500


class Question(NamedTuple):
    """A question: `finding` is the answer that is a problem, `problem` what is then written down. `sources` says for
    which call-backs it is asked; a finding of `own` goes to whoever handles the matter, not to a new rectification.
    `answers` are what may be said: not 说不清 where the outcome hangs on it."""

    id: str
    ask: str
    finding: str
    problem: str
    sources: tuple[str, ...]
    own: bool
    answers: tuple[str, ...]


class Finding(NamedTuple):
    """A question that was answered so that something is to be put right."""

    question: str
    problem: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said: answers by question, checked, and the words."""

    answers: Mapping[str, str]
    note: str = ""

    @property
    def satisfied(self) -> bool | None:
        """None when they could not say."""
        return {"yes": True, "no": False}.get(self.answers.get(SATISFIED, ""))


@cache
def questions(region: str, source: str, root: Path = SHIPPED) -> tuple[Question, ...]:
    """What is asked in a region in a call-back of this source, in order. Raises CatalogueFaults."""
    own = root / region / "callback.yaml"
    path = own if region.isdigit() and own.is_file() else root / "common" / "callback.yaml"
    faults = Faults()
    entry = reading.read(path, faults, f"{path.parent.name}/{path.name}")
    found = [_question(part) for part in entry.parts()] if entry else []
    if entry and not all(any(q.id == SATISFIED and s in q.sources for q in found) for s in SOURCES):
        entry.fault(f"每种回访都必须问是否满意（{SATISFIED}）。")
    faults.stop()
    return tuple(q for q in found if source in q.sources)


def heard(asked: tuple[Question, ...], answers: Mapping[str, str], note: str) -> Heard:
    """What was said, checked. Raises Invalid with the fields: every question is answered, 说不清 is an answer."""
    wrong = {f"answer.{q.id}": f"请回答：{q.ask}" for q in asked if answers.get(q.id) not in q.answers}
    if len(note.strip()) > LONGEST_NOTE:
        wrong["note"] = f"最多 {LONGEST_NOTE} 个字，现在有 {len(note.strip())} 个字。"
    said = Heard({q.id: answers.get(q.id, "") for q in asked}, note.strip())
    if not wrong and findings(asked, said, own=None) and not said.note:
        wrong["note"] = "发现问题的，请写明群众说的具体情况：什么时间、在哪里、什么事。"
    if wrong:
        raise Invalid("回访记录还不完整，请按提示填写。", wrong)
    return said


def findings(asked: tuple[Question, ...], said: Heard, *, own: bool | None = False) -> list[Finding]:
    """The answers that are problems; those that go to whoever handles the matter (`own`), the others, or all (None)."""
    return [
        Finding(q.id, q.problem) for q in asked if said.answers.get(q.id) == q.finding and (own is None or q.own == own)
    ]


def _question(entry: Entry) -> Question:
    parts = dict(entry.pairs())
    texts = {name: part.text() for name, part in parts.items() if name != "for"}
    sources = tuple(part.text() for part in parts["for"].parts()) if "for" in parts else SOURCES
    for name in ("id", "ask", "finding", "problem"):
        if not texts.get(name):
            entry.fault(f"缺少字段 {name}。")
    if texts.get("finding") and texts["finding"] not in ANSWERS:
        entry.fault(f"finding 只能是 {'、'.join(ANSWERS)}。")
    if unknown := set(sources) - set(SOURCES):
        entry.fault(f"没有这种回访：{'、'.join(sorted(unknown))}。")
    return Question(
        texts.get("id", ""),
        texts.get("ask", ""),
        texts.get("finding", ""),
        texts.get("problem", ""),
        sources,
        texts.get("goes", "") == "own",
        tuple(a for a in ANSWERS if a != "unsure" or texts.get("certain", "") != "yes"),
    )
