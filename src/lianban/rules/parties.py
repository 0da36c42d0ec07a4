"""Who takes part in a case: applicant, guardian, agent with mandate, operator; and what they must have agreed to.

Typed as flat text by role; 行政许可法 29 (agents), 个人信息保护法 17, 28–31 (notice, guardian's consent).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from lianban.errors import Invalid
from lianban.rules import values
from lianban.rules.catalog.types import Edition, Element, ValueKind
from lianban.rules.conditions import Facts
from lianban.rules.plan import Plan

ROLES = {"applicant": "申请人", "guardian": "监护人", "agent": "代理人", "operator": "经办人"}
ID_KINDS = {"id_card": "居民身份证", "uscc": "统一社会信用代码", "passport": "护照", "other": "其他证件"}
MANDATES = {"authorised": "授权委托", "assisted": "帮办代办"}
MANDATE = "本件各事项的申请、签署、补正和领取"
"""What the letter of authorisation that the window hands out says."""
PARENTS = ("父亲", "母亲", "其他监护人")
"""Relations of an applicant who thereby is the guardian (民法典 27)."""

APPLICANT_ON_FORM = {
    "name": "applicant_name",
    "id_number": "applicant_id_number",
    "phone": "applicant_phone",
    "relation": "applicant_role",
}
CONSENTS = {
    "privacy": "已向申请人宣读并交付《个人信息处理告知书》",
    "guardian": "监护人单独同意处理未满十四周岁儿童的个人信息",
}


def _element(id: str, label: str, kind: ValueKind, longest: int = 60) -> Element:
    return Element(id=id, label=label, kind=kind, section="", max_length=longest, personal=True)


FIELDS = {
    "name": _element("name", "姓名或名称", ValueKind.NAME, 100),
    "id_kind": _element("id_kind", "证件类型", ValueKind.TEXT),
    "id_number": _element("id_number", "证件号码", ValueKind.TEXT),
    "phone": _element("phone", "联系电话", ValueKind.PHONE),
    "relation": _element("relation", "与申请人（办件人）的关系", ValueKind.TEXT, 30),
    "mandate_kind": _element("mandate_kind", "代理方式", ValueKind.TEXT),
    "mandate_scope": _element("mandate_scope", "代理权限", ValueKind.TEXT, 200),
}
OF_ROLE = {
    "applicant": ("name", "id_kind", "id_number", "phone", "relation"),
    "guardian": ("name", "id_kind", "id_number", "phone", "relation"),
    "agent": ("name", "id_kind", "id_number", "phone", "mandate_kind", "mandate_scope"),
    "operator": ("name", "id_kind", "id_number", "phone"),
}
CHOICES = {"id_kind": ID_KINDS, "mandate_kind": MANDATES}


@dataclass(frozen=True, slots=True)
class TakingPart:
    """One party as it is kept. `mandate` says in words how an agent may act."""

    role: str
    name: str
    id_kind: str
    id_number: str
    phone: str
    relation: str = ""
    mandate: str = ""


def check(role: str, field: str, typed: str, id_kind: str, on: date) -> str:
    """The canonical value of one field of a party; "" for nothing. Raises Invalid."""
    element = FIELDS[field]
    if field in CHOICES:
        if typed and typed not in CHOICES[field]:
            raise Invalid(f"请从这些选项中选一个：{'、'.join(CHOICES[field].values())}。")
        return typed
    if field == "id_number":
        kinds = {"id_card": ValueKind.ID_CARD, "uscc": ValueKind.USCC}
        element = _element("id_number", element.label, kinds.get(id_kind, ValueKind.TEXT))
    return values.clean(element, typed, on)


def on_form(edition: Edition, plan: Plan) -> dict[str, str]:
    """The applicant's fields that the merged form asks already, each with its element: nobody is asked twice."""
    asked = {f.element for f in plan.fields} | {q.element for q in edition.bundle.questions}
    return {field: element for field, element in APPLICANT_ON_FORM.items() if element in asked}


def taken_over(edition: Edition, plan: Plan, facts: Facts) -> dict[str, str]:
    """What the form says about the applicant: party field to value; the role as the relation in words."""
    taken = {}
    for field, element in on_form(edition, plan).items():
        if value := facts.get(element):
            taken[field] = values.display(edition.elements[element], value) if field == "relation" else value
    return taken


def read(
    typed: Mapping[str, Mapping[str, str]], edition: Edition, plan: Plan, facts: Facts, on: date
) -> tuple[list[TakingPart], dict[str, str]]:
    """The parties of a draft, and a sentence for each field that is missing or wrong ("party.applicant.name").

    What the form says about the applicant is taken from there, and what is missing there is not told again here. The
    applicant of an infant's case who is father, mother or other guardian also is the guardian.
    """
    parties: list[TakingPart] = []
    problems: dict[str, str] = {}
    infant = edition.bundle.infant
    elsewhere = {f"party.applicant.{field}" for field in on_form(edition, plan)}
    for role, label in ROLES.items():
        given = {f: text for f, text in typed.get(role, {}).items() if text.strip()}
        if role == "applicant":
            given = given | taken_over(edition, plan, facts)
        # A kind chosen in a list alone does not make a party.
        if role != "applicant" and not given.keys() - {"id_kind", "mandate_kind"}:
            continue
        if party := _party(role, label, given, on, problems):
            parties.append(party)
    problems = {name: sentence for name, sentence in problems.items() if name not in elsewhere}
    applicant = next((p for p in parties if p.role == "applicant"), None)
    guarded = any(p.role == "guardian" for p in parties) or any(p.startswith("party.guardian") for p in problems)
    if infant and applicant and not guarded:
        if applicant.relation in PARENTS:
            parties.append(replace(applicant, role="guardian"))
        else:
            problems["party.guardian.name"] = "申请人不是孩子的父亲或母亲，请填写监护人。"
    return _represented(parties, facts), problems


def _represented(parties: list[TakingPart], facts: Facts) -> list[TakingPart]:
    """Whoever applies for a business as its agent is not the applicant: that is whom the agent acts for."""
    person = next((p for p in parties if p.role == "applicant"), None)
    principal = [facts.get(f"legal_rep_{field}", "") for field in ("name", "id_number", "phone")]
    if person is None or facts.get("applies_in_person") != "agent" or not all(principal):
        return parties
    name, id_number, phone = principal
    taken = {p.role for p in parties}
    others = [p for p in parties if p.role != "applicant"]
    if "agent" not in taken:
        others.append(replace(person, role="agent", mandate=f"{MANDATES['authorised']}：{MANDATE}"))
    elif "operator" not in taken:
        others.append(replace(person, role="operator"))
    return [TakingPart("applicant", name, "id_card", id_number, phone, "法定代表人（经营者）"), *others]


def _party(role: str, label: str, given: Mapping[str, str], on: date, problems: dict[str, str]) -> TakingPart | None:
    clean: dict[str, str] = {}
    id_kind = given.get("id_kind", "id_card")
    wrong = False
    for field in OF_ROLE[role]:
        try:
            clean[field] = check(role, field, given.get(field, ""), id_kind, on)
        except Invalid as refusal:
            problems[f"party.{role}.{field}"] = refusal.sentence
            wrong = True
            continue
        if not clean[field] and field not in ("relation", "id_kind"):
            problems[f"party.{role}.{field}"] = f"请填写{label}的“{FIELDS[field].label}”。"
            wrong = True
    if role == "guardian" and not clean.get("relation"):
        problems["party.guardian.relation"] = "请填写监护人与孩子的关系。"
        wrong = True
    if wrong:
        return None
    mandate = f"{MANDATES[clean['mandate_kind']]}：{clean['mandate_scope']}" if role == "agent" else ""
    return TakingPart(
        role, clean["name"], id_kind, clean["id_number"], clean["phone"], clean.get("relation", ""), mandate
    )


def consents_missing(given: Mapping[str, object], *, infant: bool) -> dict[str, str]:
    """A sentence for each notice or consent that acceptance still needs, by its id."""
    lacking: dict[str, str] = {}
    if not given.get("privacy"):
        lacking["privacy"] = "请向申请人宣读并交付《个人信息处理告知书》，勾选确认后再受理。"
    if infant and not given.get("guardian"):
        lacking["guardian"] = "本事项处理未满十四周岁儿童的个人信息，须由监护人单独同意。请监护人签署同意书后勾选确认。"
    return lacking
