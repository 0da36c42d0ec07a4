"""The same verbs for machines, under /api/v1: keys bound to a department, problem details, OpenAPI."""

from __future__ import annotations

from litestar import Router

from lianban.api import cases, catalogue, docs, events, messages, ratings, tasks, upward, visits
from lianban.api.docs import openapi_config
from lianban.api.keys import client, machine
from lianban.api.problems import HANDLERS

__all__ = ["HANDLERS", "openapi_config", "routers"]

_open = Router(
    path="/",
    route_handlers=[
        *(catalogue.bundles, catalogue.bundle, catalogue.plan, docs.description, docs.page, docs.asset),
        messages.receipts,
        ratings.rating_options,
        upward.receipts,
    ],
)
_keyed = Router(
    path="/",
    route_handlers=[
        cases.submit,
        cases.status,
        cases.deadlines,
        tasks.listing,
        tasks.detail,
        tasks.scan,
        tasks.result_file,
        tasks.claim,
        tasks.release,
        tasks.survey,
        tasks.grant,
        tasks.refuse,
        visits.listing,
        visits.conclude,
        events.events,
    ],
    dependencies={"client": client},
    security=[{"key": []}],
)
_devices = Router(
    path="/",
    route_handlers=[ratings.open_occasion, ratings.occasion, ratings.hand_in],
    dependencies={"machine": machine},
    security=[{"key": []}],
)
routers = [
    Router(
        path="/api/v1",
        route_handlers=[_open, _keyed, _devices],
        include_in_schema=True,
        exception_handlers=HANDLERS,
        opt={"exclude_from_csrf": True},
    )
]
