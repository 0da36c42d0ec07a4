"""Who may hold which posts together (等保三员, GB/T 22239; intake apart from review)."""

from __future__ import annotations

from collections.abc import Iterable

from lianban.errors import Forbidden, Invalid
from lianban.rules.actors import ROLE_NAMES, SYSTEM, Actor, Role

APART = frozenset({Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.AUDITOR})
IN_DEPARTMENTS = frozenset({Role.APPROVER, Role.DEPARTMENT_HEAD})


def check_roles(roles: Iterable[Role], department: str) -> list[str]:
    """The posts as they are kept, in order. Raises Invalid when they may not be held by one person."""
    held = set(roles)
    sentence = ""
    if not held:
        sentence = "请至少选择一个岗位。"
    elif held & APART and len(held) > 1:
        sentence = "系统管理员、安全管理员、审计管理员必须由不同的人担任，也不能兼任业务岗位。"
    elif Role.CLERK in held and held & IN_DEPARTMENTS:
        sentence = "综合窗口人员负责收件，不能兼任部门审批岗位。"
    elif held & IN_DEPARTMENTS and not department:
        sentence = "部门审批和部门负责人须填写所属部门。"
    elif department and not held & IN_DEPARTMENTS:
        names = "、".join(ROLE_NAMES[r] for r in Role if r in held)
        sentence = f"{names}不属于审批部门，请不要填写所属部门。"
    if sentence:
        raise Invalid(sentence, {"roles": sentence})
    return [r.value for r in Role if r in held]


def require(by: Actor, *roles: Role, region: str) -> None:
    """Raise Forbidden unless `by` holds one of the posts in `region`, or is the system itself."""
    if by.id == SYSTEM.id or (by.may(*roles) and by.region == region):
        return
    names = "或".join(ROLE_NAMES[r] for r in roles)
    raise Forbidden(f"这项操作只能由本地区的{names}办理。")
