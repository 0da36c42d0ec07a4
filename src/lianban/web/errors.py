"""Refusals and mishaps as pages: what happened and what to do, in one plain sentence."""

from __future__ import annotations

import logging
import secrets
from typing import Any
from urllib.parse import quote

from litestar import Request
from litestar.exceptions import HTTPException
from litestar.response import Response

from lianban.errors import Busy, Conflict, Forbidden, Invalid, NotFound, Refusal
from lianban.web.context import local_address, page, see

log = logging.getLogger("lianban.web")

STATUS: dict[type[Refusal], tuple[int, str]] = {
    NotFound: (404, "没有找到"),
    Forbidden: (403, "不能办理"),
    Busy: (503, "请稍后再试"),
    Conflict: (409, "情况已经变化"),
    Invalid: (422, "填写有问题"),
}
PLAIN = {
    400: ("请求有问题", "浏览器送来的内容不完整，请返回上一页刷新后再试。"),
    403: ("页面已过期", "这个页面停留太久或在另一个窗口打开过，请返回上一页刷新后再提交。"),
    404: ("没有找到", "没有这个页面，请核对地址，或者从首页重新进入。"),
    405: ("请求有问题", "这个地址不能这样打开，请从首页重新进入。"),
    413: ("文件太大", "上传的文件超过了大小限制，请压缩或分成几个文件后再传。"),
    429: ("查询太频繁", "查询次数太多，请过一分钟再试。"),
}


class SignInNeeded(Exception):
    """The page is for people who have signed in."""


def wants_data(request: Request[Any, Any, Any]) -> bool:
    """Whether our own script asks, not a person."""
    return request.headers.get("accept", "").startswith("application/json")


def _page(request: Request[Any, Any, Any], status: int, title: str, sentence: str, more: str = "") -> Response[Any]:
    if wants_data(request):
        return Response({"title": title, "detail": sentence}, status_code=status, media_type="application/json")
    return page(request, "errors/error.html", title=title, sentence=sentence, more=more, status=status)


def refusal(request: Request[Any, Any, Any], error: Refusal) -> Response[Any]:
    """A refusal that no form could take up."""
    status, title = (
        (429, "查询太频繁")
        if error.code == "too-many"
        else next((v for kind, v in STATUS.items() if isinstance(error, kind)), (400, "不能办理"))
    )
    told = error.fields.values() if isinstance(error, Invalid) else ()
    more = "；".join(one for one in told if one not in error.sentence)
    return _page(request, status, title, error.sentence, more)


def sign_in_needed(request: Request[Any, Any, Any], error: SignInNeeded) -> Response[Any]:
    """To the sign-in page, and back to here afterwards."""
    if wants_data(request):
        told = {"title": "请登录", "detail": "登录已过期，还没有保存。请在另一个标签页登录，再回来继续。"}
        return Response(told, status_code=401, media_type="application/json")
    back = local_address(request) if request.method == "GET" else "/"
    return see(f"/signin?next={quote(back, safe='/')}")


def http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the framework itself refuses."""
    if error.status_code >= 500:
        return unexpected(request, error)
    title, sentence = PLAIN.get(error.status_code, PLAIN[400])
    return _page(request, error.status_code, title, sentence)


def unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A fault of ours: a number to quote, the whole story in the log, nothing of it on the page."""
    reference = secrets.token_hex(4).upper()
    log.error("%s %s %s", reference, request.method, request.url.path, exc_info=error)
    sentence = "系统出了问题，刚才的操作可能没有完成。请稍后再试；仍不行时请把下面的编号告诉管理员。"
    return _page(request, 500, "系统出错", sentence, f"编号 {reference}")


HANDLERS: dict[Any, Any] = {
    Refusal: refusal,
    SignInNeeded: sign_in_needed,
    HTTPException: http,
    Exception: unexpected,
}
