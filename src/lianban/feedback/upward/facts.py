"""What there is to tell of ratings: read in one go for many, texts without personal data, names only of named ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from lianban.casework import catalogue
from lianban.feedback.ratings.giving import PERSON
from lianban.outside import vault
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.catalog.types import Edition
from lianban.rules.lifecycles import CaseLife, stage_name
from lianban.rules.ratings import KINDS, STEPS
from lianban.rules.ratings.screening import screen
from lianban.tables.ids import day_of

_RATINGS = """
SELECT r.*, c.number, c.bundle_name, c.status AS case_status, c.edition, c.received_at, c.opened_at, rp.sealed,
  p.login, p.name AS served_name,
  (SELECT a.id_kind FROM parties a WHERE a.case_id = r.case_id AND a.role = 'applicant' ORDER BY a.id LIMIT 1)
    AS id_kind,
  (SELECT array_agg(DISTINCT a.name) FROM parties a WHERE a.case_id = r.case_id) AS names
FROM ratings r LEFT JOIN cases c ON c.id = r.case_id LEFT JOIN rating_people rp ON rp.rating_id = r.id
LEFT JOIN people p ON p.id::text = r.served_by AND r.served_by <> ''
WHERE r.day = ANY($1) AND r.id = ANY($2)
"""
_HANDLING = """
SELECT p.rating_id, p.status, (
  SELECT s.note FROM rectification_steps s
  WHERE s.rectification_id = p.id AND s.event IN ('reply', 'explain') ORDER BY s.id DESC LIMIT 1
) AS reply FROM rectifications p WHERE p.rating_id = ANY($1)
"""
_HANDLED = {"replied": "已答复", "reviewed": "已答复", "written_off": "已销号", "void": "认定无效"}
_STATES = ("processing", "decided", "delivered", "closed")


async def facts_of(ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """The facts of each of these ratings (`rules.upward.FACTS`), in the caller's transaction."""
    rows = await connection().fetch(_RATINGS, sorted({day_of(id) for id in ids}), list(ids))
    handled = {row["rating_id"]: row for row in await connection().fetch(_HANDLING, list(ids))}
    return {row["id"]: await _facts(row, handled.get(row["id"])) for row in rows}


async def _facts(row: Mapping[str, Any], handled: Mapping[str, Any] | None) -> dict[str, Any]:
    edition: Edition | None = await catalogue.edition(row["edition"]) if row["edition"] else None
    item = edition.items.get(row["item"]) if edition and row["item"] else None
    department = edition.departments.get(row["department"]) if edition and row["department"] else None
    rater = vault.unseal(row["sealed"], PERSON) if row["named"] and row["sealed"] else {}
    names = [name for name in (*(row["names"] or ()), rater.get("name", "")) if name]
    state = row["case_status"] or ""
    return {
        "grade": row["grade"],
        "options": [str(code) for code in row["options"]],
        "comment": screen(row["comment"], names).text,
        "channel": row["channel"],
        "kind": KINDS[row["kind"]],
        "step_name": STEPS[row["step"]],
        "service_number": list(STEPS).index(row["step"]) + 1,
        "given_at": local(row["given_at"]).isoformat(timespec="seconds"),
        "standing": row["standing"],
        "handling": _handling(handled, names),
        "region12": row["region_code"].ljust(12, "0"),
        "region_name": edition.bundle.region_name if edition else "",
        "case_number": row["number"] or "",
        "matter": row["bundle_name"] or "",
        "applied_at": local(row["received_at"] or row["opened_at"]).isoformat(timespec="seconds")
        if row["opened_at"]
        else "",
        "case_state": state if state in _STATES else "",
        "case_state_name": stage_name(CaseLife, state) if state in _STATES else "",
        "item_code": item.code if item else "",
        "item_name": item.name if item else "",
        "item_version": row["edition"][:12] if item else "",
        "department": row["department"],
        "department_name": department.name if department else "",
        "served_by": row["login"] or "",
        "served_by_name": row["served_name"] or "",
        "user": {"uscc": "unit", None: ""}.get(row["id_kind"], "person"),
        "rater_name": rater.get("name", ""),
        "rater_phone": rater.get("phone", ""),
    }


def _handling(handled: Mapping[str, Any] | None, names: list[str]) -> str:
    word = _HANDLED.get(handled["status"], "") if handled else ""
    if not handled or not word:
        return ""
    return f"{word}：{screen(handled['reply'], names).text}" if handled["reply"] else word
