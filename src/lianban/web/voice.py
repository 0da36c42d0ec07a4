"""What the pages of 好差评 have in common: the tabs at their head."""

from __future__ import annotations

from lianban.rules.actors import Actor, Role

EVERYBODY = (
    Role.CLERK,
    Role.APPROVER,
    Role.DEPARTMENT_HEAD,
    Role.SUPERVISOR,
    Role.AUDITOR,
    Role.GOVERNMENT_HEAD,
)
WATCHERS = (Role.SUPERVISOR, Role.AUDITOR, Role.GOVERNMENT_HEAD)
HANDLERS = (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD, Role.SUPERVISOR, Role.GOVERNMENT_HEAD)

TABS = (
    ("/ratings", "评价", EVERYBODY),
    ("/ratings/invite", "请群众评价", (Role.CLERK,)),
    ("/ratings/entry", "录入", (Role.CLERK, Role.SUPERVISOR)),
    ("/ratings/rectifications", "整改", EVERYBODY),
    ("/ratings/appeals", "申诉", EVERYBODY),
    ("/ratings/callbacks", "回访", (Role.CLERK, Role.SUPERVISOR, Role.AUDITOR)),
    ("/ratings/campaigns", "专项整改", EVERYBODY),
    ("/ratings/publication", "公开", (Role.SUPERVISOR,)),
    ("/ratings/indicators", "指标和通报", EVERYBODY),
)


def tabs(person: Actor | None, here: str) -> list[tuple[str, str, bool]]:
    """Address, word and "here" of the tabs that this person's posts open."""
    return [(to, word, to == here) for to, word, roles in TABS if person and person.may(*roles)]
