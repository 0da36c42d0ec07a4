"""好差评 for devices and portals: with a key that is bound to one point (docs/devices.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from lianban.api.content import Short, Text, storable
from lianban.api.repeats import Key
from lianban.feedback.points import devices
from lianban.feedback.points.devices import HandedIn, NewRating, OccasionState
from lianban.outside import clock
from lianban.rules.actors import Actor
from lianban.rules.ratings import GRADES, OPTIONS

Code = Annotated[int, msgspec.Meta(ge=100, le=999)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Option(msgspec.Struct):
    """What may be ticked, with the national code."""

    code: int
    name: str


class Grade(msgspec.Struct):
    """A grade and the options of that grade only."""

    grade: int
    name: str
    options: list[Option]


class NewOccasion(msgspec.Struct, forbid_unknown_fields=True):
    """A service to be rated: at the device's own point (`matter`), or the step of a case (window's system)."""

    matter: Short = ""
    number: Short = ""
    step: Literal["", "acceptance", "review", "closure", "service"] = ""


class RatingContent(msgspec.Struct, forbid_unknown_fields=True):
    """A rating. `token` of an occasion, or without one at the device's own point. `given_at` when it was given, for
    what a device kept offline; `origin` the network address of the citizen, from a portal."""

    grade: Annotated[int, msgspec.Meta(ge=1, le=5)]
    token: Short = ""
    matter: Short = ""
    options: Annotated[list[Code], msgspec.Meta(max_length=20)] = []
    comment: Text = ""
    name: Short = ""
    phone: Short = ""
    given_at: Moment | None = None
    origin: Short = ""


@get("/rating-options", summary="评价等次和各等次的选项", tags=["好差评"], sync_to_thread=False)
def rating_options() -> list[Grade]:
    """Best first, as they are shown: all alike, none chosen beforehand."""
    return [
        Grade(grade, name, [Option(code, text) for code, text in OPTIONS[grade].items()])
        for grade, name in GRADES.items()
    ]


@post("/occasions", summary="开立一次可以评价的服务", tags=["好差评"], status_code=201)
async def open_occasion(machine: NamedDependency[Actor], data: JSONBody[NewOccasion], key: Key = None) -> OccasionState:
    """Open a service to be rated, or find the step of a case; show `url` as a code to scan."""
    storable(data)
    return await devices.open_occasion(
        matter=data.matter, number=data.number, step=data.step, by=machine, at=clock.now(), key=key or ""
    )


@get("/occasions/{token:str}", summary="一次服务是否还可以评价", tags=["好差评"])
async def occasion(machine: NamedDependency[Actor], token: FromPath[str]) -> OccasionState:
    """Whether a service may still be rated; never what was said."""
    storable(token, "token")
    return await devices.look(token, by=machine, at=clock.now())


@post("/ratings", summary="提交评价", tags=["好差评"], status_code=201)
async def hand_in(
    machine: NamedDependency[Actor], data: JSONBody[RatingContent], key: Key = None
) -> Response[HandedIn]:
    """Hand in what a citizen chose at the device. 200 when the very same rating was there already."""
    storable(data)
    new = NewRating(
        str(data.grade),
        data.token,
        data.matter,
        tuple(str(code) for code in data.options),
        data.comment,
        data.name,
        data.phone,
        data.given_at,
        data.origin,
    )
    done = await devices.hand_in(new, by=machine, at=clock.now(), key=key or "")
    return Response(done, status_code=200 if done.again else 201)
