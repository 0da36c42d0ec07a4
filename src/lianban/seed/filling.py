"""What is written into the forms of the small town: valid in form, and nobody's."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from PIL import Image, ImageDraw

from lianban.casework.intake import DraftView
from lianban.rules.catalog.types import Edition
from lianban.rules.conditions import holds
from lianban.seed.names import SHOPS, Family, credit_code, id_number
from lianban.seed.stories import Story


def first_words(story: Story) -> dict[str, str]:
    """The little that a form holds that was just begun."""
    if isinstance(story.about, Family):
        return {"newborn_name": story.about.newborn, "mother_name": story.about.mother}
    return {"trade_name": story.about.name}


def answers(story: Story, edition: Edition) -> dict[str, str]:
    """What the consultation asks: the story's answers, else the first choice; only what is asked in this situation."""
    known = dict(story.answers)
    for question in edition.bundle.questions:
        if question.element not in known and holds(question.when, known):
            known[question.element] = edition.elements[question.element].options[0].id
    return known


def given(story: Story, number: int, at: datetime) -> dict[str, str]:
    """What the applicant says: element → value."""
    region, today = story.region, at.date()
    # One of them is reached by a line in the house only: the window tells what messages cannot.
    phone = "0433-0000117" if story.about == SHOPS[5] else f"1380000{number:04d}"
    if isinstance(story.about, Family):
        family = story.about
        born = datetime.combine(today - timedelta(days=6 + number % 9), datetime.min.time()) + timedelta(
            hours=3 + number % 17, minutes=7 * number % 60
        )
        mother_id = id_number(region, date(1994, 1 + number % 12, 3 + number % 24), 2 + 2 * (number % 9))
        return {
            "newborn_name": family.newborn,
            "newborn_sex": family.sex,
            "birth_certificate_number": f"X{region[:2]}{number + 1:07d}",
            "newborn_ethnicity": family.mother_ethnicity,
            "birth_datetime": born.isoformat(timespec="minutes"),
            "applicant_name": family.mother,
            "applicant_id_number": mother_id,
            "applicant_phone": phone,
            "mother_name": family.mother,
            "mother_id_number": mother_id,
            "mother_ethnicity": family.mother_ethnicity,
            "mother_phone": phone,
            "father_name": family.father,
            "father_id_number": id_number(region, date(1992, 1 + number % 12, 4 + number % 24), 1 + 2 * (number % 9)),
            "father_ethnicity": family.father_ethnicity,
            "father_phone": f"1390000{number:04d}",
            "householder_name": family.father,
            "householder_relation": "father",
            "hukou_follow": "father",
            "payee_name": family.mother,
            "nursing_payee_name": family.father,
            "recipient_name": family.mother,
            "maternity_leave_start": (born.date() - timedelta(days=10)).isoformat(),
            "nursing_leave_start": (born.date() + timedelta(days=1)).isoformat(),
            "insurance_start": born.date().isoformat(),
        }
    shop = story.about
    owner_id = id_number(region, date(1980 + number % 12, 1 + number % 12, 5), 1 + 2 * (number % 9))
    return {
        "trade_name": shop.name,
        "legal_rep_name": shop.owner,
        "legal_rep_id_number": owner_id,
        "legal_rep_phone": phone,
        "applicant_name": shop.owner,
        "applicant_id_number": owner_id,
        "applicant_phone": phone,
        "uscc": credit_code(region, number + 1),
        "premises_address": shop.street,
        "premises_area": str(shop.area),
        "kitchen_area": str(max(12, shop.area // 4)),
        "delivery_mode": "mail" if story.stage == "posted" else "window",
        "recipient_name": shop.owner,
        "recipient_phone": phone,
        "recipient_address": f"吉林省龙井市{shop.street}",
        "opening_date": (today + timedelta(days=30)).isoformat(),
        "survey_date": (today + timedelta(days=3)).isoformat(),
    }


def taking_part(story: Story, number: int) -> dict[str, str]:
    """Who applies, and for whom; with the consents."""
    consents = {"consent.privacy": "yes", "consent.guardian": "yes"}
    if isinstance(story.about, Family):
        return consents | {"party.applicant.id_kind": "id_card"}
    applicant = {
        "party.applicant.name": story.about.owner,
        "party.applicant.id_kind": "id_card",
        "party.applicant.id_number": id_number(story.region, date(1980 + number % 12, 1 + number % 12, 5), 1),
        "party.applicant.phone": f"1380000{number:04d}",
    }
    agent = {
        "party.agent.name": "王芳",
        "party.agent.id_kind": "id_card",
        "party.agent.id_number": id_number(story.region, date(1990, 5, 6), 4),
        "party.agent.phone": "13800138000",
        "party.agent.mandate_kind": "assisted",
        "party.agent.mandate_scope": "代为填写申请表、提交材料、领取办理结果",
    }
    return consents | applicant | (agent if story.agent else {})


def supply(element: str, story: Story, nth: int, at: datetime) -> str:
    """What a department finds out and hands on, "" where the form's example will do."""
    if element == "newborn_id_number" and isinstance(story.about, Family):
        born = at.date() - timedelta(days=7 + nth % 9)
        return id_number(story.region, born, 21 + 2 * nth if story.about.sex == "male" else 22 + 2 * nth)
    if element == "uscc":
        return credit_code(story.region, nth + 1)
    if element == "birth_certificate_number":
        return f"V43{at:%y}{nth:06d}"
    return ""


def values(draft: DraftView, given: Mapping[str, str]) -> dict[str, str]:
    """What is typed into the fields that the draft shows: what the story says, else the first choice or the example."""
    found = {name: value for name, value in given.items() if name.startswith(("party.", "consent."))}
    fields = [*draft.questions, *(f for s in draft.sections for f in s.fields)]
    for each in fields:
        if each.source.startswith("item:") or each.source == "derived":
            continue
        if each.element in given:
            found[each.element] = given[each.element]
        elif not each.value:
            found[each.element] = each.options[0].id if each.options else each.example
    return found


def scan(subject: str, title: str) -> bytes:
    """A plain picture that stands for a scanned paper: a frame, lines, and nothing of anybody."""
    page = Image.new("RGB", (620, 877), "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((40, 40, 580, 837), outline="#888888", width=2)
    seed = sum(map(ord, subject + title))
    for line in range(22):
        length = 300 + (seed * (line + 3)) % 220
        pen.line((70, 120 + line * 30, 70 + length, 120 + line * 30), fill="#bbbbbb", width=6)
    out = io.BytesIO()
    page.save(out, "JPEG", quality=60)
    return out.getvalue()
