"""Whole applications handed in by the window's own system, and how they stand."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from lianban.api.content import File, Short, Text, data_of, storable
from lianban.api.repeats import Key
from lianban.casework import cases, passports, submission
from lianban.casework.submission import Scan
from lianban.outside import clock
from lianban.outside.settings import settings
from lianban.rules.actors import Actor
from lianban.rules.clock.telling import as_data


class Paper(msgspec.Struct, forbid_unknown_fields=True):
    """A material as it was received: seen in the original, copies, standards ticked in their order, scans."""

    original: bool = False
    copies: int = 0
    standards: list[bool] = []
    files: list[File] = []


class Application(msgspec.Struct, forbid_unknown_fields=True):
    """A whole application. Field and material ids, and what is needed, come from the plan."""

    bundle: Short
    region: Short
    answers: dict[Short, Short] = {}
    form: dict[Short, Text] = {}
    parties: dict[Short, dict[Short, Text]] = {}
    consents: list[Short] = []
    materials: dict[Short, Paper] = {}
    not_duplicate: Text = ""
    """Why this is no second application for the same subject, when one is open already."""


def values_of(data: Application) -> dict[str, str]:
    """The application as the named values of a draft."""
    values: dict[str, str] = dict(data.form)
    for role, fields in data.parties.items():
        values |= {f"party.{role}.{name}": text for name, text in fields.items()}
    values |= {f"consent.{consent}": "yes" for consent in data.consents}
    for material, paper in data.materials.items():
        values[f"check.{material}.original"] = "yes" if paper.original else ""
        values[f"check.{material}.copies"] = str(paper.copies) if paper.copies else ""
        values |= {
            f"check.{material}.standard.{n}": "yes" if ticked else "" for n, ticked in enumerate(paper.standards)
        }
    if data.not_duplicate:
        values["duplicate"] = data.not_duplicate
    return values


@post("/cases", summary="整件提交并受理", tags=["办件"])
async def submit(client: NamedDependency[Actor], data: JSONBody[Application], key: Key = None) -> dict[str, Any]:
    """Accept a whole application, or refuse it and leave nothing behind. Needs an idempotency key."""
    storable(data)
    accepted = await submission.submit(
        data.bundle,
        data.region,
        answers=data.answers,
        values=values_of(data),
        scans=[
            Scan(material, file.name, data_of(file, f"materials.{material}.files.{n}"))
            for material, paper in data.materials.items()
            for n, file in enumerate(paper.files)
        ],
        key=key or "",
        by=client,
        at=clock.now(),
    )
    return {
        "case_id": accepted.case_id,
        "number": accepted.number,
        "query_code": accepted.query_code,
        "tracking": f"{settings().base_url}/c/{accepted.number}?code={accepted.query_code}",
    }


@get("/cases/{number:str}", summary="办件进度", tags=["办件"])
async def status(client: NamedDependency[Actor], number: FromPath[str]) -> dict[str, Any]:
    """State, items and dates of a case of the window's region; no form values."""
    storable(number)
    told: dict[str, Any] = msgspec.to_builtins(await cases.status(number, by=client, at=clock.now()))
    return told


@get("/cases/{number:str}/deadlines", summary="每个时限为什么是这一天", tags=["办件"])
async def deadlines(client: NamedDependency[Actor], number: FromPath[str]) -> list[dict[str, Any]]:
    """Every limit of a case, day by day or step by step: what was told (`promised`) and what is reckoned (`due`).

    The window sees all of them, a department those of the case and of its own items.
    """
    storable(number)
    return [
        {
            "id": one.view.id,
            "kind": one.view.kind,
            "kind_name": one.view.kind_name,
            "item": one.item_name,
            "limit": one.limit,
            "basis": one.view.basis,
            "start": one.view.started_at.isoformat(),
            "start_rule": one.start_rule,
            "promised": one.view.due.isoformat(),
            "statutory": one.view.legal,
            "paused": one.view.paused,
            "stopped": one.view.stopped_at.isoformat() if one.view.stopped_at else None,
            **as_data(one.due),
        }
        for one in await passports.of_number(number, by=client, at=clock.now())
    ]
