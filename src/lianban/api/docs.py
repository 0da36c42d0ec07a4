"""The interface described: OpenAPI as JSON, and a page to read and try it, without any foreign address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import swagger_ui
from litestar import Request, Response, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Contact, License, SecurityScheme, Tag
from litestar.params import FromPath
from litestar.response import Template

from lianban import __version__
from lianban.errors import NotFound

ASSETS = Path(swagger_ui.__file__).parent / "static"
SERVED = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
}
# Swagger UI writes style attributes and data images of its own; scripts stay ours.
POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
INTRODUCTION = """
部门自己的业务系统用接入密钥调用，办的是同样的事，守的是同样的规矩：只看得到本部门的任务和本部门事项用到的内容。

- 密钥放在 `Authorization: Bearer …` 请求头里，由系统管理员发放，绑定地区和部门；评价设备的密钥绑定一个评价点。
- 会改变状态的请求可以带 `Idempotency-Key`；重复提交用同一个键，只做一次，得到同一个回答。
- 拒绝用 RFC 9457 的 problem+json 说明：`detail` 是给人看的一句话，`errors` 逐个字段指出问题。
- 时刻带时区；日期是 Asia/Shanghai 的日期；文件用 base64。
"""


def openapi_config() -> OpenAPIConfig:
    """The description of every machine address, as `/api/v1/openapi.json`."""
    return OpenAPIConfig(
        title="联办接口",
        version=__version__,
        description=INTRODUCTION,
        license=License(name="Apache-2.0"),
        contact=Contact(name="Lianban"),
        # The framework's own pages would answer for every unknown address beside them.
        path="/api/v1/openapi",
        render_plugins=[JsonRenderPlugin()],
        components=Components(security_schemes={"key": SecurityScheme(type="http", scheme="bearer")}),
        tags=[
            Tag(name="目录"),
            Tag(name="办件"),
            Tag(name="任务"),
            Tag(name="事件"),
            Tag(name="短信"),
            Tag(name="好差评"),
        ],
    )


@get("/openapi.json", include_in_schema=False, sync_to_thread=False)
def description(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The description of the interface."""
    return request.app.openapi_schema.to_schema()


@get("/docs", include_in_schema=False)
async def page(request: Request[Any, Any, Any]) -> Template:
    """The page."""
    return Template("api/docs.html", context={}, headers={"Content-Security-Policy": POLICY})


@get("/docs/{name:str}", include_in_schema=False, cache=False, sync_to_thread=False)
def asset(name: FromPath[str]) -> Response[bytes]:
    """A file of the page. Raises NotFound for any other."""
    if name not in SERVED:
        raise NotFound("没有这个文件。")
    return Response((ASSETS / name).read_bytes(), media_type=SERVED[name], headers={"Cache-Control": "max-age=86400"})
