"""Consultation: a few answers, and everything that has to be brought and done is told at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lianban.casework import catalogue
from lianban.errors import Invalid
from lianban.outside import clock
from lianban.outside.settings import settings
from lianban.rules import composer, sheet, sheetcode
from lianban.rules.catalog.loading import contacts
from lianban.rules.catalog.types import Contacts, Edition, Option
from lianban.rules.conditions import Facts
from lianban.rules.plan import Plan


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One situation question that arises; `answer` is "" while it is open."""

    element: str
    ask: str
    help: str
    options: tuple[Option, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Consultation:
    """What a situation needs. `code` brings the same answers back, nothing else is kept."""

    edition: Edition
    answers: dict[str, str]
    plan: Plan
    questions: tuple[QuestionView, ...]
    code: str
    contacts: Contacts


async def consult(bundle: str, region: str, answers: Mapping[str, str], at: datetime) -> Consultation:
    """The plan for these answers; none is too few. Raises NotFound, Invalid for an answer that is none."""
    edition = await catalogue.edition_for(bundle, region, clock.local(at).date())
    return consult_in(edition, answers)


async def by_code(code: str, at: datetime) -> Consultation:
    """The consultation that a sheet's code stands for. Raises Invalid for a wrong code or an outdated sheet."""
    on = clock.local(at).date()
    offered = [await catalogue.edition_for(b.bundle, b.region, on) for b in await catalogue.bundles(None)]
    said = sheetcode.decode(code, lambda region: [e for e in offered if e.bundle.region == region])
    edition = next(e for e in offered if (e.bundle.id, e.bundle.region) == (said.bundle, said.region))
    return consult_in(edition, said.answers)


def consult_in(edition: Edition, answers: Mapping[str, str]) -> Consultation:
    """The consultation within one edition. Raises Invalid for an answer that is none."""
    given = check_answers(edition, answers)
    plan = composer.compose(edition, given)
    return Consultation(
        edition=edition,
        answers=given,
        plan=plan,
        questions=tuple(
            QuestionView(
                element=q.element,
                ask=q.ask,
                help=q.help,
                options=composer.options(edition.elements[q.element]),
                answer=given.get(q.element, ""),
            )
            for q in composer.relevant_questions(edition, given, plan)
        ),
        code=sheetcode.encode(edition, given),
        contacts=contacts(edition.bundle.region),
    )


def check_answers(edition: Edition, answers: Facts) -> dict[str, str]:
    """The answers, if each is one of its question's options. Raises Invalid, naming the choices."""
    asked = {q.element: q for q in edition.bundle.questions}
    wrong: dict[str, str] = {}
    for id, value in answers.items():
        if id not in asked:
            wrong[id] = f"“{edition.bundle.name}”没有“{id}”这个问题。"
            continue
        choices = composer.options(edition.elements[id])
        if value not in {o.id for o in choices}:
            labels = "、".join(f"{o.label}（{o.id}）" for o in choices)
            wrong[id] = f"“{asked[id].ask}”没有“{value}”这个选项，可以选：{labels}。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    return dict(answers)


def sheet_content(consultation: Consultation, on: date) -> dict[str, Any]:
    """What the single notification sheet says on that day, for its template and the live page."""
    return sheet.sheet_content(
        consultation.edition,
        consultation.plan,
        consultation.answers,
        consultation.contacts,
        on,
        consultation.code,
        site=settings().base_url,
    )
