"""The superior platform tells what became of a report; it is known by its signature, not by a key (docs/upward.md)."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, post

from lianban.api.content import storable
from lianban.errors import Forbidden, Invalid
from lianban.feedback import upward
from lianban.outside import clock
from lianban.outside.settings import settings
from lianban.outside.signed import genuine

LARGEST = 16_384


class UpwardReceipt(msgspec.Struct, forbid_unknown_fields=False):
    """What became of a report. `receipt` is the platform's own id of this receipt, `id` ours of the report."""

    receipt: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    id: UUID
    status: Literal["accepted", "rejected"]
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


class UpwardRecorded(msgspec.Struct):
    """`recorded` the first time, `known` when the same receipt comes again."""

    status: Literal["recorded", "known"]


@post(
    "/upward/receipts",
    summary="数据汇聚回执（由上级平台调用，按 docs/upward.md 签名）",
    tags=["好差评"],
    status_code=200,
    request_max_body_size=LARGEST,
)
async def receipts(request: Request[Any, Any, Any]) -> UpwardRecorded:
    """Write down a receipt. What is signed wrongly or made more than five minutes ago is refused; repeats are not."""
    body, at = await request.body(), clock.now()
    timestamp = request.headers.get("x-lianban-timestamp", "")
    signature = request.headers.get("x-lianban-signature", "")
    if not genuine(settings().upward_secret, timestamp, signature, body, at=at):
        raise Forbidden("签名不对，或者请求的时间与本系统相差五分钟以上。请按接口文档重新签名后再送。")
    try:
        told = msgspec.json.decode(body, type=UpwardReceipt)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid("回执的内容与接口文档不符，请修改后重新签名再送。") from error
    storable(told)
    new = await upward.receipt(told.receipt, told.id, told.status, told.reason, at=at)
    return UpwardRecorded("recorded" if new else "known")
