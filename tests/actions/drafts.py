"""A newborn's draft as the window would fill it in."""

from __future__ import annotations

import io
from datetime import datetime
from uuid import UUID

from PIL import Image

from lianban.casework import catalogue, intake, materials
from lianban.casework.intake import DraftView
from lianban.outside import clock
from lianban.rules.actors import Actor, Role

MONDAY = datetime(2026, 11, 2, 9, 30, tzinfo=clock.SHANGHAI)
WANG = Actor("wang", "王芳", "222405", frozenset({Role.CLERK}), window="综合窗口 3 号", terminal="窗口3")
JIN = Actor("jin", "金哲", "222405", frozenset({Role.CLERK}), window="综合窗口 3 号", terminal="窗口3")
FAR = Actor("li", "李湘", "430100", frozenset({Role.CLERK}), window="综合窗口 1 号")

ANSWERS = {
    "applicant_role": "mother",
    "parents_same_ethnicity": "yes",
    "wants_maternity_allowance": "no",
    "wants_nursing_allowance": "no",
}
FORM = {
    "newborn_name": "王𬱖",
    "newborn_sex": "female",
    "birth_datetime": "2026-10-28T06:15",
    "birth_place": "龙井市人民医院",
    "birth_certificate_number": "U220012345",
    "newborn_ethnicity": "10",
    "hukou_follow": "mother",
    "householder_name": "王芳",
    "householder_relation": "mother",
    "hukou_address": "龙井市安民街1号",
    "mother_name": "朴美兰",
    "mother_id_number": "11010519491231002X",
    "mother_ethnicity": "10",
    "mother_phone": "13800138000",
    "marriage_certificate_number": "J222405-2024-000123",
    "father_name": "王建国",
    "father_id_number": "440524188001010014",
    "father_ethnicity": "10",
    "father_phone": "13900139000",
    "delivery_mode": "window",
    "insurance_place": "龙井市",
    "insurance_start": "2026-11-01",
}
CONSENTS = {"consent.privacy": "yes", "consent.guardian": "yes"}


def picture(width: int = 20, height: int = 30, kind: str = "JPEG") -> bytes:
    """A small scan."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, kind)
    return out.getvalue()


def first_options(draft: DraftView) -> dict[str, str]:
    """For every choice that is still empty, its first option, so that a changed catalogue breaks no test."""
    fields = [*draft.questions, *(f for s in draft.sections for f in s.fields)]
    return {
        f.element: f.options[0].id for f in fields if f.options and not f.value and not f.source.startswith("item:")
    }


async def begin(by: Actor = WANG) -> DraftView:
    """An open draft with all questions answered."""
    await catalogue.ship(MONDAY)
    return await intake.open_draft("newborn", "222405", ANSWERS, by=by, at=MONDAY)


async def fill(case_id: UUID, by: Actor = WANG, **more: str) -> DraftView:
    """Everything typed, scanned and agreed to."""
    known = {n: v for n, v in {**FORM, **more}.items() if v}
    draft = await intake.save(case_id, known | CONSENTS, by=by, at=MONDAY)
    if rest := first_options(draft):
        draft = await intake.save(case_id, rest, by=by, at=MONDAY)
    for material in draft.materials:
        if material.required:
            await materials.add(case_id, material.material, "扫描.jpg", picture(), by=by, at=MONDAY)
    return await intake.draft(case_id, by=by, at=MONDAY)
