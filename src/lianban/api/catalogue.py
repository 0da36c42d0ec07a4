"""What can be applied for, and what a situation needs."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from lianban.api.content import Short, storable
from lianban.casework import catalogue, consultation
from lianban.casework.consultation import Consultation
from lianban.outside import clock
from lianban.rules.plan import plan_to_dict


class Situation(msgspec.Struct, forbid_unknown_fields=True):
    """A matter in a region and the answers known so far, by question id."""

    bundle: Short
    region: Short
    answers: dict[Short, Short] = {}


def told(consulted: Consultation) -> dict[str, Any]:
    """The questions and the plan, as `lianban catalog show` tells them; each field with what a form needs to ask it."""
    plan = plan_to_dict(consulted.plan)
    for line in plan["fields"]:
        element = consulted.edition.elements[line["element"]]
        line |= {
            "kind": element.kind.value,
            "options": [{"id": o.id, "label": o.label} for o in element.options],
            "unit": element.unit,
            "help": element.help,
            "example": element.example,
            "max_length": element.max_length,
        }
    return {
        "bundle": consulted.edition.bundle.id,
        "region": consulted.edition.bundle.region,
        "edition": consulted.edition.bundle.version,
        "code": consulted.code,
        "questions": [
            {
                "id": q.element,
                "ask": q.ask,
                "help": q.help,
                "answer": q.answer,
                "options": [{"id": o.id, "label": o.label} for o in q.options],
            }
            for q in consulted.questions
        ],
        "plan": plan,
    }


@get("/bundles", summary="可以办理的一件事", tags=["目录"])
async def bundles() -> list[dict[str, str]]:
    """Every matter in force today, with region and edition."""
    return [
        {"bundle": b.bundle, "region": b.region, "name": b.name, "region_name": b.region_name, "edition": b.version}
        for b in await catalogue.bundles(None)
    ]


@get("/bundles/{region:str}/{bundle:str}", summary="情形问题和全部情形下的办理方案", tags=["目录"])
async def bundle(region: FromPath[str], bundle: FromPath[str]) -> dict[str, Any]:
    """The situation questions, and the plan while nothing is answered."""
    storable([region, bundle])
    return told(await consultation.consult(bundle, region, {}, clock.now()))


@post("/plans", summary="按情形计算办理方案", tags=["目录"], status_code=200)
async def plan(data: JSONBody[Situation]) -> dict[str, Any]:
    """The plan for the answers known so far: items, merged form, merged list of papers, open points, counters."""
    storable(data)
    return told(await consultation.consult(data.bundle, data.region, data.answers, clock.now()))
