"""录入评价: what was written on paper, said on the telephone or found in a spot check."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework.attachments import Attachment
from lianban.errors import Conflict, Forbidden, Invalid, Refusal
from lianban.feedback import points
from lianban.feedback.points import Entry
from lianban.feedback.ratings import Rater
from lianban.outside import clock
from lianban.outside.clock import SHANGHAI, local
from lianban.outside.settings import settings
from lianban.rules.actors import Actor, Role
from lianban.rules.ratings import CHANNELS, GRADES, OPTIONS, STEPS
from lianban.web import voice
from lianban.web.context import Req, address_of, once, page, see
from lianban.web.files import file
from lianban.web.forms import Form
from lianban.web.signin import require

HERE = "/ratings/entry"
WRITERS = (Role.CLERK, Role.SUPERVISOR)


async def entry_page(
    request: Req, person: Actor, *, fault: Refusal | None = None, typed: Form | None = None
) -> Template:
    """The form, and what was entered lately."""
    at = clock.now()
    channels = [one for one in points.ENTERED if one != "inspection" or person.may(Role.SUPERVISOR)]
    return page(
        request,
        "points/entry.html",
        tabs=voice.tabs(person, HERE),
        channels={one: CHANNELS[one] for one in channels},
        steps=STEPS,
        grades=GRADES,
        options=OPTIONS,
        CHANNELS=CHANNELS,
        places=await points.places(by=person, at=at),
        entered=await points.entered(at, by=person),
        upload_mb=settings().upload_mb,
        today=local(at),
        key=once(),
        done=request.query_params.get("done", ""),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed,
        status=422 if fault else 200,
    )


@get(HERE)
async def shown(request: Req) -> Template:
    """The form."""
    return await entry_page(request, require(request, *WRITERS))


@post(HERE)
async def enter(request: Req) -> Redirect | Template:
    """Enter one rating."""
    person, sent = require(request, *WRITERS), await Form.of(request)
    try:
        files, grade = sent.files("paper"), sent.text("grade")
        await points.enter(
            Entry(
                sent.text("channel"),
                sent.text("about"),
                grade,
                _moment(sent.text("given_at")),
                step=sent.text("step"),
                options=tuple(sent.texts(f"o{grade}")),
                comment=sent.text("comment"),
                rater=Rater(sent.text("name"), sent.text("phone")),
                reference=sent.text("reference"),
                paper=Attachment(files[0].filename, await files[0].read()) if files else None,
            ),
            by=person,
            at=clock.now(),
            key=sent.text("key"),
        )
    except (Invalid, Conflict, Forbidden) as fault:
        return await entry_page(request, person, fault=fault, typed=sent)
    return see(f"{HERE}?done=1")


@get(f"{HERE}/{{rating_id:uuid}}/paper")
async def paper(request: Req, rating_id: FromPath[UUID]) -> Response[bytes]:
    """The scanned form, for supervisors."""
    person = require(request, Role.SUPERVISOR)
    name, media_type, data = await points.paper(rating_id, by=person, at=clock.now(), address=address_of(request))
    return file(data, name, media_type)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    except ValueError as error:
        sentence = "请填写群众评价的时间，如 2026-11-02 09:30。"
        raise Invalid(sentence, {"given_at": sentence}) from error


router = Router("/", route_handlers=[shown, enter, paper], include_in_schema=False)
