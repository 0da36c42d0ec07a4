"""What anybody may read of the voices of a region, without an account: pages and feeds (R-HCP-12)."""

from __future__ import annotations

from datetime import date
from typing import Any

from litestar import Response, Router, get
from litestar.datastructures import CacheControlHeader
from litestar.params import FromPath
from litestar.response import Template

from lianban.feedback import publication
from lianban.outside.settings import settings
from lianban.web import feeds
from lianban.web.context import Req, page

KEPT = CacheControlHeader(max_age=300, public=True)
"""The same for everybody, and no younger than this."""
SHARED = {"exclude_from_csrf": True}
"""What anybody may keep for others carries nobody's cookie."""
SECTIONS = (("", "月度数字"), ("/texts", "群众评价"), ("/problems", "问题和整改"), ("/campaigns", "专项整改"))


async def _shown(request: Req, region: str, section: str, **more: Any) -> Template:
    base = f"/voice/{region}"
    return page(
        request,
        f"voices/{section.strip('/') or 'figures'}.html",
        base=base,
        region=region,
        region_name=await publication.region_of(region),
        sections=[(base + to, word, to == section) for to, word in SECTIONS],
        **more,
    )


@get("/voice/{region:str}")
async def figures(request: Req, region: FromPath[str]) -> Template:
    """The figures of a month, by default the latest that is published."""
    await publication.region_of(region)
    months = await publication.months_of(region)
    wanted = _month(request.query_params.get("month", ""))
    chosen = wanted if wanted in months else months[0] if months else None
    view = await publication.month(region, chosen) if chosen else None
    return await _shown(request, region, "", months=months, chosen=chosen, view=view)


@get(["/voice/{region:str}/texts", "/voice/{region:str}/problems"])
async def words(request: Req, region: FromPath[str]) -> Template:
    """Published words of citizens, or problems with their results."""
    await publication.region_of(region)
    section = "/" + request.url.path.rstrip("/").rpartition("/")[2]
    kind = "rating" if section == "/texts" else "problem"
    found, rest = await publication.texts(region, kind, after=request.query_params.get("after", ""))
    return await _shown(request, region, section, texts=found, rest=rest)


@get("/voice/{region:str}/campaigns")
async def campaigns(request: Req, region: FromPath[str]) -> Template:
    """The campaigns that are open to the public."""
    await publication.region_of(region)
    found, rest = await publication.campaigns(region, after=request.query_params.get("after", ""))
    return await _shown(request, region, "/campaigns", campaigns=found, rest=rest)


@get("/voice/{region:str}/feed.json", cache_control=KEPT, opt=SHARED)
async def json_feed(region: FromPath[str]) -> Response[bytes]:
    """What was published last, as JSON Feed 1.1."""
    name = await publication.region_of(region)
    return Response(
        feeds.as_json(settings().base_url, region, name, await publication.latest(region)),
        media_type="application/feed+json; charset=utf-8",
    )


@get("/voice/{region:str}/feed.atom", cache_control=KEPT, opt=SHARED)
async def atom_feed(region: FromPath[str]) -> Response[bytes]:
    """What was published last, as Atom (RFC 4287)."""
    name = await publication.region_of(region)
    return Response(
        feeds.as_atom(settings().base_url, region, name, await publication.latest(region)),
        media_type="application/atom+xml; charset=utf-8",
    )


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


router = Router("/", route_handlers=[figures, words, campaigns, json_feed, atom_feed], include_in_schema=False)
