"""What the region decides where the law leaves it open: every field with its help and where its default comes from."""

from __future__ import annotations

import re

from litestar import Router, get, post
from litestar.response import Redirect, Template

from lianban.casework import policies
from lianban.errors import Conflict, Invalid, Refusal
from lianban.outside import clock
from lianban.rules import policy as rules
from lianban.rules.actors import Actor, Role
from lianban.web.context import Req, page, see
from lianban.web.forms import Form, number
from lianban.web.signin import require

YES_NO = (("yes", "是"), ("no", "否"))
UNITS = (("wd", "个工作日"), ("wh", "个工作小时"), ("d", "个自然日"), ("h", "小时"), ("m", "个月"))
LIMIT = re.compile(r"(\d+)(wd|wh|d|h|m)")


def typed_value(sent: Form, name: str) -> str:
    """What was typed, a number with its unit: "15" and "wd" are "15wd"."""
    text = sent.text(name)
    return text + sent.text(f"{name}.unit") if text.isascii() and text.isdigit() else text


async def policy_page(
    request: Req, person: Actor, *, fault: Refusal | None = None, typed: Form | None = None, status: int = 200
) -> Template:
    """The policy in force, as a form; what was typed stays when something is refused."""
    in_force = policies.filled(await policies.policy(person.region))
    versions = await policies.versions(by=person)
    defaults = policies.filled(rules.shipped(person.region))
    # A limit is typed as a number with its unit beside it.
    limits = {name: found for name, value in in_force.items() if (found := LIMIT.fullmatch(value))}
    values = in_force | {name: found[1] for name, found in limits.items()}
    return page(
        request,
        "admin/policy.html",
        choices=rules.CHOICES,
        options={
            name: YES_NO if defaults[name] in ("yes", "no") else choice.options
            for name, choice in rules.CHOICES.items()
        },
        values={name: typed.text(name) for name in in_force} if typed else values,
        limits={name: typed.text(f"{name}.unit") if typed else found[2] for name, found in limits.items()},
        units=UNITS,
        defaults=defaults,
        versions=versions,
        version=versions[0].version if versions else 0,
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        status=status,
    )


@get("/admin/policy")
async def shown(request: Req) -> Template:
    """The policy of this region."""
    return await policy_page(request, require(request, Role.ADMINISTRATOR))


@post("/admin/policy")
async def decide(request: Req) -> Redirect | Template:
    """Decide it anew."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    content = {name: typed_value(sent, name) for name in rules.CHOICES}
    try:
        await policies.set_policy(content, seen=number(sent.text("version")), by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await policy_page(request, person, fault=fault, typed=sent, status=422)
    return see("/admin/policy")


router = Router("/", route_handlers=[shown, decide], include_in_schema=False)
