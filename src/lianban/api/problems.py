"""Refusals for machines: RFC 9457 problem details, with the same Chinese sentence that people read."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from litestar import Request
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Response

from lianban.errors import Busy, Conflict, Forbidden, Invalid, NotFound, Refusal

log = logging.getLogger("lianban.api")

MEDIA_TYPE = "application/problem+json"
STATUS: dict[type[Refusal], tuple[int, str]] = {
    NotFound: (404, "没有找到"),
    Forbidden: (403, "不能办理"),
    Busy: (503, "请稍后再试"),
    Conflict: (409, "情况已经变化"),
    Invalid: (422, "内容有问题"),
}
PLAIN = {
    400: ("请求有问题", "请求格式不正确，请对照接口文档检查。"),
    404: ("没有找到", "没有这个接口地址，请对照接口文档检查。"),
    405: ("请求有问题", "这个地址不支持这种请求方法，请对照接口文档检查。"),
    413: ("内容太大", "请求内容超过大小限制，请压缩文件或分几次提交。"),
    415: ("请求有问题", "请用 application/json 提交。"),
}


class KeyNeeded(Exception):
    """No valid key came with the request."""


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    errors: Mapping[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Response[dict[str, Any]]:
    """A problem answer. `errors` maps field names to sentences; they become JSON pointers."""
    body: dict[str, Any] = {"type": f"urn:lianban:problem:{code}", "title": title, "status": status, "detail": detail}
    if errors:
        body["errors"] = [{"pointer": pointer(name), "detail": text} for name, text in errors.items()]
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def pointer(name: str) -> str:
    """`results.0.name` as a JSON pointer: `#/results/0/name` (RFC 6901)."""
    return "#/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in name.split("."))


def refusal(request: Request[Any, Any, Any], error: Refusal) -> Response[Any]:
    """One of our refusals."""
    if error.code == "too-many":
        return problem(429, error.code, "请求太频繁", error.sentence, headers={"Retry-After": "60"})
    status, title = next((v for kind, v in STATUS.items() if isinstance(error, kind)), (400, "不能办理"))
    fields = error.fields if isinstance(error, Invalid) else None
    return problem(status, error.code, title, error.sentence, errors=fields)


def key_needed(request: Request[Any, Any, Any], error: KeyNeeded) -> Response[Any]:
    """Without a key, or with one that is not valid."""
    sentence = "请在 Authorization 请求头里用 Bearer 方式带上有效的接入密钥；没有密钥的，请向系统管理员申请。"
    return problem(401, "key-needed", "需要密钥", sentence, headers={"WWW-Authenticate": "Bearer"})


def validation(request: Request[Any, Any, Any], error: ValidationException) -> Response[Any]:
    """Content that does not fit the declared shape."""
    extra = error.extra if isinstance(error.extra, list) else []
    found = {str(e.get("key") or e.get("source") or "body"): str(e.get("message", "")) for e in extra}
    return problem(422, "invalid", "内容有问题", "请求内容与接口文档不符，请按提示修改后重试。", errors=found)


def http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the framework itself refuses."""
    if error.status_code >= 500:
        return unexpected(request, error)
    title, sentence = PLAIN.get(error.status_code, PLAIN[400])
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return problem(error.status_code, "request", title, sentence, headers=headers)


def unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A fault of ours: a number to quote, the whole story in the log."""
    reference = secrets.token_hex(4).upper()
    log.error("%s %s %s", reference, request.method, request.url.path, exc_info=error)
    return problem(500, "fault", "系统出错", f"系统出了问题，请稍后重试；仍不行时请告知管理员编号 {reference}。")


HANDLERS: dict[Any, Any] = {
    Refusal: refusal,
    KeyNeeded: key_needed,
    ValidationException: validation,
    HTTPException: http,
    Exception: unexpected,
}
