"""Indicators: a month with every figure and its formula, the units side by side, and the list behind each count."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Template

from lianban.errors import Invalid, NotFound
from lianban.outside import clock
from lianban.oversight import indicators
from lianban.oversight.indicators import Overview, Period
from lianban.oversight.indicators.monthly import BESIDE
from lianban.rules.indicators import COUNTS, INDICATORS, WHOLE
from lianban.web import voice
from lianban.web.context import Req, page
from lianban.web.forms import number
from lianban.web.signin import require

HOME = "/ratings/indicators"
WINDOW = "-"
"""In addresses, for the window and the centre: they have no department."""


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _unit(text: str) -> str:
    return "" if text == WINDOW else text


def address(found: Overview, name: str, unit: str | None = None) -> str:
    """Where the rows of a count are listed."""
    asked = found.asked
    query = urlencode(
        {
            "since": asked.period.since,
            "until": asked.period.until,
            "known": asked.known,
            "unit": (asked.unit if unit is None else unit) or WINDOW,
        }
    )
    return f"{HOME}/rows/{name}?{query}"


@get(HOME)
async def figures(request: Req) -> Template:
    """A month of the region or of a unit, as it is known now or was on a past day."""
    person, query, at = require(request, *voice.EVERYBODY), request.query_params, clock.now()
    typed = query.get("month", "")
    month = _date(f"{typed}-01") if typed else at.date().replace(day=1)
    known = _date(query.get("known", ""))
    fault, status = None, 200
    try:
        if month is None or (known is None and query.get("known")):
            sentence = "请填写月份（如 2026-10）和日期（如 2026-10-31）。"
            raise Invalid(sentence, {"month": sentence})
        found = await indicators.overview(
            by=person,
            month=month,
            known=known,
            unit=_unit(query["unit"]) if query.get("unit") else None,
            indicator=query.get("indicator", "good"),
            at=at,
        )
    except Invalid as refusal:
        fault, status = refusal, 422
        found = await indicators.overview(
            by=person, month=at.date().replace(day=1), known=None, unit=None, indicator="good", at=at
        )
    return page(
        request,
        "ratings/indicators.html",
        status=status,
        tabs=voice.tabs(person, HOME),
        found=found,
        asked=found.asked,
        known=query.get("known", ""),
        words=COUNTS,
        beside=[INDICATORS[id] for id in BESIDE],
        indicators=INDICATORS,
        address=address,
        window=WINDOW,
        whole=WHOLE,
        today=at.date(),
        fault=fault,
        problems=dict(fault.fields) if fault else {},
    )


@get(f"{HOME}/rows/{{name:str}}")
async def listed(request: Req, name: FromPath[str]) -> Template:
    """What a figure counts, row by row."""
    person, query = require(request, *voice.EVERYBODY), request.query_params
    since, until, known = (_date(query.get(field, "")) for field in ("since", "until", "known"))
    if since is None or until is None or known is None:
        raise NotFound("地址不完整，请从指标页面重新打开。")
    found = await indicators.rows(
        name,
        period=Period(since, until),
        known=known,
        department=_unit(query.get("unit", WHOLE)),
        page=number(query.get("page", "")) or 1,
        by=person,
        at=clock.now(),
    )
    rest = {key: query[key] for key in ("since", "until", "known", "unit") if key in query}
    return page(
        request,
        "ratings/indicator_rows.html",
        tabs=voice.tabs(person, HOME),
        found=found,
        since=since,
        until=until,
        known=known,
        base=f"{HOME}/rows/{name}?{urlencode(rest)}",
        back=f"{HOME}?{urlencode({'month': f'{since:%Y-%m}', 'known': known, 'unit': query.get('unit', WHOLE)})}",
    )


router = Router("/", route_handlers=[figures, listed], include_in_schema=False)
