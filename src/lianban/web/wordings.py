"""Administration: what the papers of the region say; a sentence is edited, looked at as PDF and published."""

from __future__ import annotations

from datetime import date

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import wordings
from lianban.casework.policies import policy
from lianban.errors import Conflict, Invalid, NotFound, Refusal
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.rules.notices import TITLES
from lianban.rules.notices.wording import WORDINGS, known, part_name, shown
from lianban.rules.policy import LANGUAGES
from lianban.web.context import Req, page, see
from lianban.web.files import pdf
from lianban.web.forms import Form, number
from lianban.web.signin import require


def kept(kind: str, part: str) -> str:
    """The shipped sentence of a part. Raises NotFound."""
    if part not in WORDINGS.get(kind, {}):
        raise NotFound("没有找到这种文书的这个部分。")
    return WORDINGS[kind][part]


def day_of(text: str) -> date:
    """A date as its field sends it. Raises Invalid."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        sentence = "请填写生效日期，如 2026-11-02。"
        raise Invalid(sentence, {"valid_from": sentence}) from error


@get("/admin/wordings")
async def overview(request: Req) -> Template:
    """Every paper with its fixed sentences, as they are in force today."""
    person = require(request, Role.ADMINISTRATOR)
    own = await wordings.in_force(clock.today(), by=person)
    return page(
        request,
        "admin/wordings.html",
        papers=[
            {
                "kind": kind,
                "title": TITLES[kind],
                "parts": [
                    {"part": part, "name": part_name(part), "text": shown(text), "own": own.get((kind, part), {})}
                    for part, text in parts.items()
                ],
            }
            for kind, parts in WORDINGS.items()
        ],
        items=await wordings.items(person.region),
    )


async def part_page(
    request: Req,
    person: Actor,
    kind: str,
    part: str,
    *,
    fault: Refusal | None = None,
    typed: Form | None = None,
    status: int = 200,
) -> Template:
    """One sentence with its editions and the form for a new one; what was typed stays when something is refused."""
    shipped = kept(kind, part)
    items = await wordings.items(person.region) if "item" in known(kind) else {}
    item = typed.text("item") if typed else request.query_params.get("item", "")
    editions = [one for one in await wordings.editions(kind, by=person) if one.part == part]
    own = [one for one in editions if one.item == item]
    last = own[-1] if own else None
    language = (await policy(person.region)).second_language
    return page(
        request,
        "admin/wording.html",
        kind=kind,
        part=part,
        title=TITLES[kind],
        called=part_name(part),
        places=known(kind).values(),
        shipped=shown(shipped),
        items=items,
        item=item,
        editions=editions[::-1],
        seen=last.edition if last else 0,
        text=typed.text("text") if typed else (last.text if last and last.text else shown(shipped)),
        second=typed.text("second") if typed else (last.second if last else ""),
        language=dict(LANGUAGES)[language].removeprefix("中文和") if language else "",
        valid_from=typed.text("valid_from") if typed else clock.today().isoformat(),
        withdrawable=bool(last and last.text),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        status=status,
    )


@get("/admin/wordings/{kind:str}/{part:str}")
async def one(request: Req, kind: FromPath[str], part: FromPath[str]) -> Template:
    """One sentence of one paper."""
    return await part_page(request, require(request, Role.ADMINISTRATOR), kind, part)


@post("/admin/wordings/{kind:str}/{part:str}")
async def publish(request: Req, kind: FromPath[str], part: FromPath[str]) -> Redirect | Template:
    """Publish a new edition."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    try:
        await wordings.publish(
            kind,
            part,
            sent.text("text"),
            valid_from=day_of(sent.text("valid_from")),
            item=sent.text("item"),
            second=sent.text("second"),
            seen=number(sent.text("seen")),
            by=person,
            at=clock.now(),
        )
    except (Invalid, Conflict) as fault:
        return await part_page(request, person, kind, part, fault=fault, typed=sent, status=422)
    return see(f"/admin/wordings/{kind}/{part}?item={sent.text('item')}")


@post("/admin/wordings/{kind:str}/{part:str}/preview", status_code=200)
async def preview(request: Req, kind: FromPath[str], part: FromPath[str]) -> Response[bytes] | Template:
    """The paper with what was typed, as PDF: marked, unnumbered, kept nowhere."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    try:
        data = await wordings.preview(
            kind, part, sent.text("text"), item=sent.text("item"), second=sent.text("second"), by=person, at=clock.now()
        )
    except Invalid as fault:
        return await part_page(request, person, kind, part, fault=fault, typed=sent, status=422)
    return pdf(data, f"预览 {TITLES[kind]}.pdf")


@post("/admin/wordings/{kind:str}/{part:str}/withdrawal")
async def withdraw(request: Req, kind: FromPath[str], part: FromPath[str]) -> Redirect | Template:
    """Back to the general, or the shipped, sentence."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    try:
        await wordings.withdraw(
            kind,
            part,
            valid_from=day_of(sent.text("valid_from")),
            item=sent.text("item"),
            seen=number(sent.text("seen")),
            by=person,
            at=clock.now(),
        )
    except (Invalid, Conflict) as fault:
        return await part_page(request, person, kind, part, fault=fault, typed=sent, status=422)
    return see(f"/admin/wordings/{kind}/{part}?item={sent.text('item')}")


router = Router("/", route_handlers=[overview, one, publish, preview, withdraw], include_in_schema=False)
