"""A department's tasks: listed, claimed, surveyed, decided by its own system."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from lianban.api.content import File, Short, Text, data_of, storable
from lianban.api.keys import Req, address_of
from lianban.api.repeats import Key
from lianban.casework import materials, tasks
from lianban.casework.attachments import Attachment
from lianban.outside import clock
from lianban.outside.storage import store
from lianban.rules.actors import Actor
from lianban.rules.policy import parse_limit

# Nothing but the file itself may be shown, wherever the answer is opened.
FILE_HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"}


class Surveyor(msgspec.Struct, forbid_unknown_fields=True):
    """Who surveyed, with the number of the law-enforcement certificate (执法证号)."""

    name: Short
    certificate: Short


class Survey(msgspec.Struct, forbid_unknown_fields=True):
    """An on-site check as a recorded fact. `limit` is written like in the catalogue: "4wd"."""

    surveyed_on: date
    surveyors: list[Surveyor]
    conclusion: Literal["pass", "pass_with_rectification", "fail"]
    findings: Text = ""
    rectify_by: date | None = None
    limit: Short = ""
    limit_reason: Short = ""
    desk: bool = False


class Release(msgspec.Struct, forbid_unknown_fields=True):
    """退回待签收: the reason is kept in the chain of hand-overs (首问负责)."""

    reason: Short


class NewResult(msgspec.Struct, forbid_unknown_fields=True):
    """A result: a licence, certificate or opinion, with its file or without."""

    name: Short
    issued_on: date
    number: Short = ""
    valid_until: date | None = None
    file: File | None = None


class Grant(msgspec.Struct, forbid_unknown_fields=True):
    """准予. `scope` is what is granted, as the written decision says it ("": from the form).

    `supplies` are the data elements that the result brings forth, by id.
    """

    results: list[NewResult]
    opinion: Text = ""
    scope: Text = ""
    supplies: dict[Short, Short] = {}


class Refusal(msgspec.Struct, forbid_unknown_fields=True):
    """不予: the facts found (`opinion`), reason, basis and remedy are all required (行政许可法 38)."""

    opinion: Text
    reason: Text
    basis: Text
    remedy: Text


@get("/tasks", summary="任务列表，急的在前", tags=["任务"])
async def listing(
    client: NamedDependency[Actor],
    status: FromQuery[str] = "",
    item: FromQuery[str] = "",
    due: FromQuery[str] = "",
    number: FromQuery[str] = "",
    after: FromQuery[str] = "",
    limit: FromQuery[int] = 50,
) -> dict[str, Any]:
    """Tasks of the key's department. `next` is the cursor of the following page, "" on the last."""
    storable([status, item, due, number, after])
    filters = tasks.Filters(state=status, item=item, due=due, text=number)
    page = await tasks.worklist(by=client, at=clock.now(), filters=filters, after=after, limit=limit)
    return {"tasks": page.lines, "counts": page.counts, "next": page.next}


@get("/tasks/{task_id:uuid}", summary="任务详情（只含本部门事项用到的字段和材料）", tags=["任务"])
async def detail(request: Req, client: NamedDependency[Actor], task_id: FromPath[UUID]) -> dict[str, Any]:
    """The task with the fields and papers that this department's items use; the look is recorded."""
    told: dict[str, Any] = msgspec.to_builtins(
        await tasks.view(task_id, by=client, at=clock.now(), address=address_of(request))
    )
    return told


@get("/scans/{case_id:uuid}/{file_id:uuid}", summary="下载材料扫描件", tags=["任务"])
async def scan(
    request: Req, client: NamedDependency[Actor], case_id: FromPath[UUID], file_id: FromPath[UUID]
) -> Response[bytes]:
    """One scan of a paper that this department's items ask for; the look is recorded."""
    opened = await materials.open(case_id, file_id, by=client, at=clock.now(), address=address_of(request))
    return Response(opened.data, media_type=opened.media_type, headers=FILE_HEADERS)


@get("/results/{result_id:uuid}/file", summary="下载办理结果文件", tags=["任务"])
async def result_file(request: Req, client: NamedDependency[Actor], result_id: FromPath[UUID]) -> Response[bytes]:
    """The file of a result of this department, or of an item that its items build on."""
    key, _, media_type = await tasks.open_result(result_id, by=client, at=clock.now(), address=address_of(request))
    return Response(await store().open(key), media_type=media_type, headers=FILE_HEADERS)


@post("/tasks/{task_id:uuid}/claim", summary="签收", tags=["任务"], status_code=200)
async def claim(client: NamedDependency[Actor], task_id: FromPath[UUID]) -> tasks.Handled:
    """Claim the task; again changes nothing."""
    return await tasks.claim(task_id, by=client, at=clock.now())


@post("/tasks/{task_id:uuid}/release", summary="退回待签收", tags=["任务"], status_code=200)
async def release(client: NamedDependency[Actor], task_id: FromPath[UUID], data: JSONBody[Release]) -> tasks.Handled:
    """Give the task back to the department's list, with the reason."""
    storable(data)
    return await tasks.release(task_id, reason=data.reason, by=client, at=clock.now())


@post("/tasks/{task_id:uuid}/survey", summary="登记现场勘查", tags=["任务"], status_code=200)
async def survey(client: NamedDependency[Actor], task_id: FromPath[UUID], data: JSONBody[Survey]) -> dict[str, UUID]:
    """Record an on-site check by at least two surveyors (行政许可法 34)."""
    storable(data)
    recorded = await tasks.survey(
        task_id,
        surveyed_on=data.surveyed_on,
        surveyors=[tasks.Surveyor(one.name, one.certificate) for one in data.surveyors],
        conclusion=data.conclusion,
        findings=data.findings,
        rectify_by=data.rectify_by,
        limit=parse_limit(data.limit) if data.limit else None,
        limit_reason=data.limit_reason,
        desk=data.desk,
        by=client,
        at=clock.now(),
    )
    return {"survey_id": recorded}


@post("/tasks/{task_id:uuid}/grant", summary="准予，并交付办理结果", tags=["任务"], status_code=200)
async def grant(
    client: NamedDependency[Actor], task_id: FromPath[UUID], data: JSONBody[Grant], key: Key = None
) -> tasks.Decided:
    """Grant with results; what they supply reaches the tasks that wait for it."""
    storable(data)
    results = [
        tasks.NewResult(
            name=r.name,
            issued_on=r.issued_on,
            number=r.number,
            valid_until=r.valid_until,
            file=Attachment(r.file.name, data_of(r.file, f"results.{n}.file")) if r.file else None,
        )
        for n, r in enumerate(data.results)
    ]
    return await tasks.grant(
        task_id,
        opinion=data.opinion,
        scope=data.scope,
        results=results,
        supplies=data.supplies,
        by=client,
        at=clock.now(),
        key=key or "",
    )


@post("/tasks/{task_id:uuid}/refusal", summary="不予，并出具决定书", tags=["任务"], status_code=200)
async def refuse(
    client: NamedDependency[Actor], task_id: FromPath[UUID], data: JSONBody[Refusal], key: Key = None
) -> tasks.Decided:
    """Refuse with facts, reason, basis and remedy; the written decision is issued at once."""
    storable(data)
    return await tasks.refuse(
        task_id,
        reason=data.reason,
        basis=data.basis,
        remedy=data.remedy,
        opinion=data.opinion,
        by=client,
        at=clock.now(),
        key=key or "",
    )
