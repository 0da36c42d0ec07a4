"""The SMS gateway tells what became of a message; it is known by its signature, not by a key (docs/messages.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, post

from lianban.api.content import storable
from lianban.casework import messages
from lianban.errors import Forbidden, Invalid
from lianban.outside import clock
from lianban.outside.settings import settings
from lianban.outside.signed import genuine

LARGEST = 16_384


class Receipt(msgspec.Struct, forbid_unknown_fields=False):
    """What became of a message. `receipt` is the gateway's own id of this receipt, `id` ours of the message."""

    receipt: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    id: UUID
    status: Literal["delivered", "failed"]
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


class Recorded(msgspec.Struct):
    """`recorded` the first time, `known` when the same receipt comes again."""

    status: Literal["recorded", "known"]


@post(
    "/messages/receipts",
    summary="短信回执（由短信网关调用，按 docs/messages.md 签名）",
    tags=["短信"],
    status_code=200,
    request_max_body_size=LARGEST,
)
async def receipts(request: Request[Any, Any, Any]) -> Recorded:
    """Write down a receipt. What is signed wrongly or made more than five minutes ago is refused; repeats are not."""
    body, at = await request.body(), clock.now()
    timestamp = request.headers.get("x-lianban-timestamp", "")
    signature = request.headers.get("x-lianban-signature", "")
    if not genuine(settings().sms_secret, timestamp, signature, body, at=at):
        raise Forbidden("签名不对，或者请求的时间与本系统相差五分钟以上。请按接口文档重新签名后再送。")
    try:
        told = msgspec.json.decode(body, type=Receipt)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid("回执的内容与接口文档不符，请修改后重新签名再送。") from error
    storable(told)
    new = await messages.receipt(told.receipt, told.id, told.status, reason=told.reason, when=told.at, at=at)
    return Recorded("recorded" if new else "known")
