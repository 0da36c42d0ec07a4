"""On the spot, on a phone: checklist, photos and conclusion of a visit, all as plain forms; the script queues."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework.visits import checks, photos, surveying
from lianban.casework.visits import place as places
from lianban.casework.visits.checks import ANSWERS, LONGEST_REMARK, Answered, CheckLine
from lianban.casework.visits.photos import Photo, Sent
from lianban.errors import Conflict, Invalid, Refusal
from lianban.outside import clock
from lianban.outside.settings import settings
from lianban.rules.actors import Actor, Role
from lianban.rules.catalog.building import limit
from lianban.rules.catalog.types import Limit
from lianban.rules.composer import limit_text
from lianban.rules.surveys import CONCLUSIONS, Said
from lianban.web import filters
from lianban.web.context import Req, address_of, page, see
from lianban.web.errors import wants_data
from lianban.web.files import file
from lianban.web.forms import Form, number
from lianban.web.signin import require

POSTS = (Role.APPROVER, Role.DEPARTMENT_HEAD)
LONGEST_AGE = 10
"""Digits of an age in milliseconds: a hundred days."""


def address(visit_id: UUID) -> str:
    """The page of a visit on the spot."""
    return f"/visits/{visit_id}/place"


async def place_page(
    request: Req,
    person: Actor,
    visit_id: UUID,
    *,
    fault: Refusal | None = None,
    typed: dict[str, Any] | None = None,
    status: int = 200,
) -> Template:
    """The page, with every sentence that came back and everything typed kept."""
    return page(
        request,
        "visits/place.html",
        visit=await places.place(visit_id, by=person, at=clock.now(), address=address_of(request)),
        base=address(visit_id),
        ANSWERS=ANSWERS,
        CONCLUSIONS=CONCLUSIONS,
        choices=choices,
        longest=LONGEST_REMARK,
        most=settings().upload_mb,
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed or {},
        status=status,
    )


@get("/visits/{visit_id:uuid}/place")
async def place(request: Req, visit_id: FromPath[UUID]) -> Template:
    """The visit as it is held."""
    return await place_page(request, require(request, *POSTS), visit_id)


@get([f"/visits/{{visit_id:uuid}}/place/{step}" for step in ("begin", "checks", "photos", "conclusion")])
async def back_to_place(visit_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the page."""
    return see(address(visit_id))


def choices(published: tuple[Limit, Limit] | None) -> list[tuple[str, str]]:
    """Every limit of a published range, as it is sent and in words."""
    if published is None:
        return []
    low, high = published
    between = [Limit(amount, low.unit) for amount in range(low.amount, high.amount + 1)]
    return [(f"{one.amount}{one.unit.value}", limit_text(one)) for one in between]


def task_of(sent: Form) -> UUID:
    """The item that a form is about. Raises Invalid."""
    try:
        return UUID(sent.text("task"))
    except ValueError as error:
        raise Invalid("页面内容不完整，请刷新页面后再试。") from error


def told(line: CheckLine) -> dict[str, Any]:
    """A line of the list as the script needs it."""
    return {
        "version": line.version,
        "answer": line.answer,
        "remark": line.remark,
        "by": line.by_name,
        "at": filters.brief(line.at) if line.at else "",
    }


@post("/visits/{visit_id:uuid}/place/checks")
async def check(request: Req, visit_id: FromPath[UUID]) -> Redirect | Template | Response[dict[str, Any]]:
    """Answer one line of the list."""
    person, sent = require(request, *POSTS), await Form.of(request)
    task_id, position = task_of(sent), number(sent.text("position")) or 0
    try:
        line = await checks.answer(
            visit_id,
            task_id,
            position,
            answer=sent.text("answer"),
            remark=sent.text("remark"),
            version=number(sent.text("version")) or 0,
            by=person,
            at=clock.now(),
        )
    except Answered as fault:
        if wants_data(request):
            told_so = {"detail": fault.sentence, "line": told(fault.line)}
            return Response(told_so, status_code=409, media_type="application/json")
        return await place_page(request, person, visit_id, fault=fault, typed=sent.named(""), status=409)
    except (Invalid, Conflict) as fault:
        if wants_data(request):
            raise
        return await place_page(request, person, visit_id, fault=fault, typed=sent.named(""), status=422)
    if wants_data(request):
        return Response(told(line), status_code=200, media_type="application/json")
    return see(f"{address(visit_id)}#c-{task_id}-{position}")


@post("/visits/{visit_id:uuid}/place/photos")
async def photo(request: Req, visit_id: FromPath[UUID]) -> Redirect | Template | Response[dict[str, Any]]:
    """Take in photos: one with an id from the script, or several from a plain form."""
    # Before the body is read: that may take a minute on a poor network.
    began = clock.now()
    person, sent = require(request, *POSTS), await Form.of(request)
    task_id, position = task_of(sent), number(sent.text("position"))
    files = sent.files("file")
    if not files:
        raise Invalid("没有选择照片，请先拍照或者选择照片。")
    if wants_data(request):
        one = await sent_of(sent, files[0], began)
        kept = await photos.add(visit_id, task_id, position, one, by=person, at=clock.now())
        return Response(shown(kept), status_code=201, media_type="application/json")
    refused: list[Refusal] = []
    for upload in files:
        try:
            taken_in = Sent(upload.filename, await upload.read())
            await photos.add(visit_id, task_id, position, taken_in, by=person, at=clock.now())
        except (Invalid, Conflict) as fault:
            refused.append(fault)
    if refused:
        all_of_them = refused[0] if len(refused) == 1 else Invalid("".join(one.sentence for one in refused))
        return await place_page(request, person, visit_id, fault=all_of_them, status=422)
    return see(f"{address(visit_id)}#{f'c-{task_id}-{position}' if position else f'g-{task_id}'}")


async def sent_of(sent: Form, upload: UploadFile, began: datetime) -> Sent:
    """One photo as the script sends it, in a request that began at `began`. Raises Invalid.

    The phone says how long ago it was taken: its clock may be wrong, the time that has gone by since is not.
    """
    try:
        id = UUID(sent.text("id"))
    except ValueError as error:
        raise Invalid("照片没有编号，请刷新页面后再试。") from error
    text = sent.text("age")
    age = timedelta(milliseconds=int(text)) if text.isdecimal() and len(text) <= LONGEST_AGE else None
    return Sent(upload.filename, await upload.read(), id, None if age is None else began - age)


def shown(kept: Photo) -> dict[str, Any]:
    """A photo that is kept, as the script needs it."""
    taken = filters.brief(kept.taken_at) if kept.taken_at else ""
    return {"id": str(kept.id), "address": kept.address, "taken": taken, "received": filters.brief(kept.received_at)}


@post("/visits/{visit_id:uuid}/place/photos/{photo_id:uuid}/removal")
async def remove_photo(request: Req, visit_id: FromPath[UUID], photo_id: FromPath[UUID]) -> Redirect | Template:
    """Take a photo away."""
    person = require(request, *POSTS)
    try:
        await photos.remove(visit_id, photo_id, by=person, at=clock.now())
    except Conflict as fault:
        return await place_page(request, person, visit_id, fault=fault, status=422)
    return see(address(visit_id))


@post("/visits/{visit_id:uuid}/place/begin")
async def begin(request: Req, visit_id: FromPath[UUID]) -> Redirect | Template:
    """开始勘查."""
    person, sent = require(request, *POSTS), await Form.of(request)
    try:
        await surveying.begin(visit_id, task_of(sent), by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await place_page(request, person, visit_id, fault=fault, status=422)
    return see(address(visit_id))


@post("/visits/{visit_id:uuid}/place/conclusion")
async def conclude(request: Req, visit_id: FromPath[UUID]) -> Redirect | Template:
    """The department's own conclusion, on the spot."""
    person, sent = require(request, *POSTS), await Form.of(request)
    try:
        await surveying.conclude(visit_id, task_of(sent), said_of(sent), by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await place_page(request, person, visit_id, fault=fault, typed=sent.named(""), status=422)
    return see(address(visit_id))


def said_of(sent: Form) -> Said:
    """The conclusion as typed. Raises Invalid."""
    chosen = sent.text("limit")
    said = limit(chosen) if chosen else None
    if chosen and said is None:
        raise Invalid("请在公布的范围内选择办理时限。", {"limit": "请在公布的范围内选择办理时限。"})
    try:
        until = date.fromisoformat(sent.text("rectify_by")) if sent.text("rectify_by") else None
    except ValueError as error:
        sentence = "请填写整改期限的日期，如 2026-11-20。"
        raise Invalid(sentence, {"rectify_by": sentence}) from error
    return Said(sent.text("conclusion"), sent.text("findings"), until, said, sent.text("limit_reason"))


async def _shown(request: Req, visit_id: UUID, photo_id: UUID, *, small: bool) -> Response[bytes]:
    found = await photos.open(
        visit_id,
        photo_id,
        small=small,
        by=require(request, *POSTS),
        at=clock.now(),
        address=address_of(request),
    )
    return file(found.data, found.name, found.media_type)


@get("/visits/{visit_id:uuid}/photos/{photo_id:uuid}")
async def whole(request: Req, visit_id: FromPath[UUID], photo_id: FromPath[UUID]) -> Response[bytes]:
    """A photo as it was sent, without its place."""
    return await _shown(request, visit_id, photo_id, small=False)


@get("/visits/{visit_id:uuid}/photos/{photo_id:uuid}/small")
async def small(request: Req, visit_id: FromPath[UUID], photo_id: FromPath[UUID]) -> Response[bytes]:
    """The small picture of a photo."""
    return await _shown(request, visit_id, photo_id, small=True)


router = Router(
    "/",
    route_handlers=[place, back_to_place, begin, check, photo, remove_photo, conclude, whole, small],
    include_in_schema=False,
)
