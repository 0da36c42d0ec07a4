"""Who acts: people of the house, departments' own systems, citizens, and the system itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """The posts. The last three are kept apart on purpose (等保三员: GB/T 22239)."""

    CLERK = "clerk"
    APPROVER = "approver"
    DEPARTMENT_HEAD = "department_head"
    GOVERNMENT_HEAD = "government_head"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    SECURITY_OFFICER = "security_officer"
    AUDITOR = "auditor"


ROLE_NAMES = {
    Role.CLERK: "综合窗口",
    Role.APPROVER: "部门审批",
    Role.DEPARTMENT_HEAD: "部门负责人",
    Role.GOVERNMENT_HEAD: "政府负责人",
    Role.SUPERVISOR: "监督员",
    Role.ADMINISTRATOR: "系统管理员",
    Role.SECURITY_OFFICER: "安全管理员",
    Role.AUDITOR: "审计管理员",
}


@dataclass(frozen=True, slots=True)
class StandIn:
    """Somebody who is away and whose post this actor fills today (AB 岗), with the rights of that post."""

    id: str
    name: str
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who does a thing. `department` is "" for the window; `terminal` names the seat or system."""

    id: str
    name: str
    region: str
    roles: frozenset[Role] = frozenset()
    department: str = ""
    window: str = ""
    terminal: str = ""
    client: bool = False
    """A department's own system, signed in by its key."""
    point: UUID | None = None
    """The place where a device with a key takes ratings; it may do nothing else."""
    stands_for: tuple[StandIn, ...] = ()
    """Whose posts of the same department or window this actor fills besides."""

    def may(self, *roles: Role) -> bool:
        """Whether one of these posts is held, in one's own right or for somebody who is away."""
        return bool(self.roles & set(roles)) or any(away.roles & set(roles) for away in self.stands_for)

    def is_or_stands_for(self, id: str) -> bool:
        """Whether this is the person with that id, or fills that person's post today."""
        return id != "" and (id == self.id or any(away.id == id for away in self.stands_for))

    def on_behalf_of(self, *roles: Role, holder: str = "") -> str:
        """For the journal: the id of the one for whom this actor acts, "" when in one's own right.

        `holder` is whose task it is; otherwise the post alone tells.
        """
        if holder:
            return next((away.id for away in self.stands_for if away.id == holder and holder != self.id), "")
        if self.roles & set(roles):
            return ""
        return next((away.id for away in self.stands_for if away.roles & set(roles)), "")

    def at_terminal(self, terminal: str) -> Actor:
        """The same actor at a named seat."""
        return replace(self, terminal=terminal)


SYSTEM = Actor(id="system", name="系统", region="")
HOLDER = Actor(id="holder", name="持查询码者", region="")
"""The applicant, known by the query code alone."""
