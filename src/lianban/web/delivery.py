"""Deliveries at the window: what lies here goes out by any way, what is under way arrives or comes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import delivery
from lianban.casework.attachments import Attachment
from lianban.errors import Conflict, Invalid, NotFound, Refusal
from lianban.outside import clock
from lianban.outside.storage import store
from lianban.rules.actors import Actor, Role
from lianban.rules.notices import METHODS
from lianban.rules.notices.announcing import GROUNDS
from lianban.web.context import Req, address_of, once, page, see
from lianban.web.files import file
from lianban.web.forms import Form
from lianban.web.signin import require
from lianban.web.tasks import day_of


async def delivery_page(
    request: Req,
    person: Actor,
    case_id: UUID,
    *,
    fault: Refusal | None = None,
    typed: Form | None = None,
    opened: str = "",
    status: int = 200,
) -> Template:
    """What lies here, who takes it by which way, and what comes next. `opened` is the part that was being filled in."""
    return page(
        request,
        "delivery/delivery.html",
        case=await delivery.handing(case_id, by=person, at=clock.now(), address=address_of(request)),
        base=f"/window/cases/{case_id}",
        key=once(),
        grounds=GROUNDS,
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed,
        opened=opened,
        status=status,
    )


def documents(sent: Form) -> dict[str, Any]:
    """The results and papers that were ticked; a form without any box means all."""
    if not sent.flag("chosen"):
        return {"results": sent.ids("results") or None}
    return {"results": sent.ids("results"), "papers": sent.ids("papers")}


async def upload(sent: Form, name: str) -> Attachment | None:
    """The file of a field, if one was chosen."""
    files = sent.files(name)
    return Attachment(files[0].filename, await files[0].read()) if files else None


Step = Callable[[Actor, Form], Awaitable[object]]


async def taken(request: Req, case_id: UUID, opened: str, step: Step) -> Redirect | Template:
    """One step of the window, then back to the page; what is refused is said there."""
    person, sent = require(request, Role.CLERK), await Form.of(request)
    try:
        await step(person, sent)
    except (Invalid, Conflict) as fault:
        return await delivery_page(request, person, case_id, fault=fault, typed=sent, opened=opened, status=422)
    return see(f"/window/cases/{case_id}/delivery")


@get("/window/deliveries")
async def listing(request: Req) -> Template:
    """待送达, by state and method."""
    person, query = require(request, Role.CLERK), request.query_params
    state, method = query.get("state", "waiting"), query.get("method", "")
    if state not in delivery.STATES:
        raise NotFound("没有这一栏，请从“送达”重新打开。")
    search = query.get("q", "").strip()
    found = await delivery.board(by=person, at=clock.now(), state=state, method=method, text=search)
    return page(
        request,
        "delivery/listing.html",
        found=found,
        states=delivery.STATES,
        state=state,
        method=method,
        methods=METHODS,
        search=search,
    )


@get("/window/cases/{case_id:uuid}/delivery")
async def handing(request: Req, case_id: FromPath[UUID]) -> Template:
    """The hand-over of a case's results."""
    return await delivery_page(request, require(request, Role.CLERK), case_id)


@post("/window/cases/{case_id:uuid}/delivery")
async def hand_over(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """送达 to somebody who is here, with its receipt."""

    async def step(person: Actor, sent: Form) -> object:
        return await delivery.hand_over(
            case_id,
            **documents(sent),
            receiver=sent.text("receiver"),
            relation=sent.text("relation"),
            method=sent.text("method"),
            id_last_four=sent.text("id_last_four"),
            note=sent.text("note"),
            file=await upload(sent, "file"),
            old_back=sent.flag("old_back"),
            by=person,
            at=clock.now(),
            key=sent.text("key"),
        )

    return await taken(request, case_id, "", step)


@post("/window/cases/{case_id:uuid}/delivery/left")
async def leave(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """留置送达."""

    async def step(person: Actor, sent: Form) -> object:
        return await delivery.hand_over(
            case_id,
            **documents(sent),
            method="left",
            relation="",
            refused_by=sent.text("refused_by"),
            place=sent.text("place"),
            witness=sent.text("witness"),
            note=sent.text("left_note"),
            file=await upload(sent, "evidence"),
            by=person,
            at=clock.now(),
            key=sent.text("key"),
        )

    return await taken(request, case_id, "left", step)


@post("/window/cases/{case_id:uuid}/delivery/electronic")
async def electronic(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """电子送达 to the holder's page."""

    async def step(person: Actor, sent: Form) -> object:
        return await delivery.hand_over(
            case_id, **documents(sent), method="electronic", relation="", by=person, at=clock.now(),
            key=sent.text("key"),
        )  # fmt: skip

    return await taken(request, case_id, "electronic", step)


@post("/window/cases/{case_id:uuid}/delivery/mail")
async def send(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """交寄."""

    async def step(person: Actor, sent: Form) -> object:
        return await delivery.send(
            case_id,
            **documents(sent),
            carrier=sent.text("carrier"),
            tracking=sent.text("tracking"),
            receiver=sent.text("recipient"),
            phone=sent.text("phone"),
            address=sent.text("address"),
            by=person,
            at=clock.now(),
            key=sent.text("key"),
        )

    return await taken(request, case_id, "mail", step)


@post("/window/cases/{case_id:uuid}/delivery/cabinet")
async def place(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """放入自助取件柜."""

    async def step(person: Actor, sent: Form) -> object:
        return await delivery.place(
            case_id, **documents(sent), box=sent.text("box"), by=person, at=clock.now(), key=sent.text("key")
        )

    return await taken(request, case_id, "cabinet", step)


@post("/window/cases/{case_id:uuid}/delivery/notice")
async def publish(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """公告送达."""

    async def step(person: Actor, sent: Form) -> object:
        return await delivery.publish(
            case_id,
            **documents(sent),
            ground=sent.text("ground"),
            reason=sent.text("reason"),
            by=person,
            at=clock.now(),
            key=sent.text("key"),
        )

    return await taken(request, case_id, "notice", step)


@post("/window/cases/{case_id:uuid}/deliveries/{delivery_id:uuid}/arrival")
async def arrive(request: Req, case_id: FromPath[UUID], delivery_id: FromPath[UUID]) -> Redirect | Template:
    """The return receipt of a parcel."""

    async def step(person: Actor, sent: Form) -> object:
        return await delivery.arrive(
            case_id,
            delivery_id,
            on=day_of(sent.text("on"), "on") if sent.text("on") else None,
            signer=sent.text("signer"),
            relation=sent.text("signer_relation"),
            by=person,
            at=clock.now(),
            key=sent.text("key"),
        )

    return await taken(request, case_id, str(delivery_id), step)


@post("/window/cases/{case_id:uuid}/deliveries/{delivery_id:uuid}/return")
async def send_back(request: Req, case_id: FromPath[UUID], delivery_id: FromPath[UUID]) -> Redirect | Template:
    """A parcel that came back, a box that is emptied, a notice that is taken down."""

    async def step(person: Actor, sent: Form) -> object:
        verb = delivery.take_down if sent.text("kind") == "published" else delivery.send_back
        return await verb(
            case_id, delivery_id, reason=sent.text("reason"), by=person, at=clock.now(), key=sent.text("key")
        )

    return await taken(request, case_id, str(delivery_id), step)


@post("/window/cases/{case_id:uuid}/deliveries/{delivery_id:uuid}/paper")
async def give_paper(request: Req, case_id: FromPath[UUID], delivery_id: FromPath[UUID]) -> Redirect | Template:
    """Paper was asked for, or has been given."""

    async def step(person: Actor, sent: Form) -> object:
        if sent.text("step") == "ask":
            await delivery.ask_for_paper(case_id, delivery_id, by=person, at=clock.now())
            return None
        await delivery.give_paper(case_id, delivery_id, receiver=sent.text("given_to"), by=person, at=clock.now())
        return None

    return await taken(request, case_id, str(delivery_id), step)


@get("/window/cases/{case_id:uuid}/deliveries/{delivery_id:uuid}/file")
async def proof(request: Req, case_id: FromPath[UUID], delivery_id: FromPath[UUID]) -> Response[bytes]:
    """The letter of authorisation, the picture or the film."""
    person = require(request, Role.CLERK)
    key, name, media_type = await delivery.evidence(
        case_id, delivery_id, by=person, at=clock.now(), address=address_of(request)
    )
    return file(await store().open(key), name, media_type, download=media_type.startswith("video"))


@post("/window/cases/{case_id:uuid}/delivery/consent")
async def consent(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """Consent to electronic delivery, or its end."""

    async def step(person: Actor, sent: Form) -> object:
        if sent.text("step") == "revoke":
            await delivery.revoke_consent(case_id, by=person, at=clock.now())
            return None
        return await delivery.consent(
            case_id, person=sent.text("person"), channel=sent.text("channel"), by=person, at=clock.now()
        )

    return await taken(request, case_id, "consent", step)


@post("/window/cases/{case_id:uuid}/closure")
async def close(request: Req, case_id: FromPath[UUID]) -> Redirect:
    """办结."""
    person, sent = require(request, Role.CLERK), await Form.of(request)
    await delivery.close(case_id, by=person, at=clock.now(), key=sent.text("key"))
    return see(f"/window/cases/{case_id}/delivery")


WAYS = ("left", "electronic", "mail", "cabinet", "notice", "consent")


@get([f"/window/cases/{{case_id:uuid}}/delivery/{way}" for way in WAYS])
async def back(case_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the page."""
    return see(f"/window/cases/{case_id}/delivery")


@get(
    [
        f"/window/cases/{{case_id:uuid}}/deliveries/{{delivery_id:uuid}}/{step}"
        for step in ("arrival", "return", "paper")
    ]
)
async def back_again(case_id: FromPath[UUID], delivery_id: FromPath[UUID]) -> Redirect:
    """The same for a step of one delivery."""
    return see(f"/window/cases/{case_id}/delivery#d-{delivery_id}")


router = Router(
    "/",
    route_handlers=[
        *(listing, handing, hand_over, leave, electronic, send, place, publish, arrive, send_back, give_paper, proof),
        *(consent, close, back, back_again),
    ],
    include_in_schema=False,
)
