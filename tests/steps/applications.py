"""What applicants bring: the values of whole forms, scans, and how the window types them in."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping

from lxml.html import HtmlElement
from PIL import Image

from lianban.casework import intake, materials
from lianban.casework.intake import Accepted, DraftView
from lianban.rules.actors import Actor
from tests.steps.cast import LONGJING, NOW, clerk
from tests.steps.site import Site
from tests.steps.visitor import File, Page, Visitor

MOTHER, FATHER = "朴美兰", "王建国"
MOTHER_ID, FATHER_ID = "222405199305060045", "222405199107080037"
MOTHER_PHONE, FATHER_PHONE = "13912340001", "13912340002"
FAMILY = {
    "applicant_role": "mother",
    "parents_same_ethnicity": "yes",
    "wants_maternity_allowance": "no",
    "wants_nursing_allowance": "no",
    "birth_certificate_issued": "yes",
    "newborn_name": "王𬱖",
    "newborn_sex": "female",
    "newborn_ethnicity": "10",
    "birth_datetime": "2026-10-28T06:15",
    "mother_name": MOTHER,
    "mother_id_number": MOTHER_ID,
    "mother_ethnicity": "10",
    "mother_phone": MOTHER_PHONE,
    "father_name": FATHER,
    "father_id_number": FATHER_ID,
    "father_ethnicity": "10",
    "father_phone": FATHER_PHONE,
    "applicant_name": MOTHER,
    "applicant_id_number": MOTHER_ID,
    "applicant_phone": MOTHER_PHONE,
    "delivery_mode": "window",
    "nursing_payee_account": "6222020200112233445",
}
SHOP = {
    "applies_in_person": "self",
    "licence_held": "no",
    "public_gathering": "no",
    "applicant_name": FATHER,
    "applicant_id_number": FATHER_ID,
    "applicant_phone": FATHER_PHONE,
    "party.applicant.name": FATHER,
    "party.applicant.id_number": FATHER_ID,
    "party.applicant.phone": FATHER_PHONE,
}
KNOWN = {"newborn": FAMILY, "catering": SHOP, "lodging": SHOP}
PERSONAL = ("王𬱖", MOTHER, FATHER, MOTHER_ID, FATHER_ID, MOTHER_PHONE, FATHER_PHONE)
"""What nobody may see who has nothing to do with the case."""

CONSENTS = {"consent.privacy": "yes", "consent.guardian": "yes"}
DAY, MINUTE = "2026-11-02", "2026-10-28T06:15"
ROUNDS = 5
"""What one round of typing answers can bring up further fields; more rounds than this would be a fault."""


def picture(width: int = 20, height: int = 30) -> bytes:
    """A small scan."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "JPEG")
    return out.getvalue()


SCAN: File = ("扫描.jpg", picture(), "image/jpeg")


def typed_into(page: Page, known: Mapping[str, str]) -> dict[str, str]:
    """What the clerk types: the known value, else the first choice or the example that the form itself shows."""
    told: dict[str, str] = {}
    for box in page.parts("//*[cls(field)][@data-element]"):
        name = str(box.get("data-element"))
        if name.startswith("consent.") or name == "duplicate":
            continue
        value = known.get(name) or ("" if name.startswith("party.") else _offered(box))
        chosen = box.xpath(".//option[@selected]/@value")
        if value and (not _filled(box) or (chosen and name in known and value not in chosen)):
            told[name] = value
    return told


def _filled(box: HtmlElement) -> bool:
    """Whether something stands there already."""
    if box.xpath(".//option[@selected][@value!='']|.//input[@checked]"):
        return True
    return any(box.xpath(".//input[not(@type='radio')]/@value|.//textarea/text()"))


def _offered(box: HtmlElement) -> str:
    radios, options = box.xpath(".//input[@type='radio']/@value"), box.xpath(".//option[@value!='']/@value")
    if radios or options:
        return str((radios or options)[0])
    kind = next(iter(box.xpath(".//input/@type")), "text")
    if kind in ("date", "datetime-local"):
        return DAY if kind == "date" else MINUTE
    hint = re.search(r"如：([^　]+)", "".join(box.xpath(".//*[@class='hint']/text()")))
    return hint[1].strip() if hint else ""


def fill(clerk: Visitor, known: Mapping[str, str]) -> None:
    """Type the whole form and save it, until nothing more is asked."""
    for _ in range(ROUNDS):
        told = typed_into(clerk.page, known)
        if not told:
            return
        clerk.presses("保存", told)
    raise AssertionError(f"the form never ends: {typed_into(clerk.page, known)}")


def hand_in(clerk: Visitor) -> None:
    """Scan everything that is asked for."""
    names = [str(n) for n in clerk.page.parts("//input[@type='file']/@name")]
    if names:
        clerk.presses("上传", files=[(name, SCAN) for name in names])


def begin(clerk: Visitor, bundle_name: str) -> None:
    """A new draft."""
    clerk.opens("/window")
    clerk.presses(bundle_name)


def complete(clerk: Visitor, bundle: str, known: Mapping[str, str] | None = None) -> None:
    """Everything typed, scanned and agreed to; ready for 受理."""
    fill(clerk, {**KNOWN[bundle], **(known or {})})
    hand_in(clerk)
    boxes = {str(n) for n in clerk.page.parts("//input[@type='checkbox']/@name")}
    clerk.presses("保存", {name: yes for name, yes in CONSENTS.items() if name in boxes})


async def prepare(bundle: str, region: str, known: Mapping[str, str], by: Actor) -> Accepted:
    """An accepted case, as the verbs make it."""
    draft = await intake.open_draft(bundle, region, {}, by=by, at=NOW)
    for _ in range(ROUNDS):
        told = _values(draft, known)
        if not told:
            break
        draft = await intake.save(draft.case_id, told, by=by, at=NOW)
    given = {f.name: known[f.name] for p in draft.parties for f in p.fields if f.name in known}
    draft = await intake.save(draft.case_id, given | CONSENTS, by=by, at=NOW)
    for material in draft.materials:
        if material.required:
            await materials.add(draft.case_id, material.material, SCAN[0], SCAN[1], by=by, at=NOW)
        if copies := known.get(f"copies.{material.material}"):
            await materials.mark(draft.case_id, material.material, {"original": True, "copies": copies}, by=by, at=NOW)
    return await intake.accept(draft.case_id, by=by, at=NOW)


def _values(draft: DraftView, known: Mapping[str, str]) -> dict[str, str]:
    told = {}
    for each in (*draft.questions, *(f for s in draft.sections for f in s.fields)):
        if each.value or not each.asked:
            continue
        offered = each.options[0].id if each.options else {"date": DAY, "datetime": MINUTE}.get(each.kind, each.example)
        if value := known.get(each.element) or offered:
            told[each.element] = value
    return told


def accepted(site: Site, bundle: str, region: str = LONGJING, **known: str) -> Accepted:
    """An accepted case to begin a scenario with."""
    return site.run(prepare, bundle, region, {**KNOWN[bundle], **known}, site.actor(clerk(region)))
