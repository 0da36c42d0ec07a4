"""Who acts in the small town: each post with the person who holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lianban import people
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.web.cast import PEOPLE


@dataclass(frozen=True, slots=True)
class Crew:
    """The people by login, each at their usual seat."""

    known: Mapping[str, Actor]

    def window(self, region: str) -> Actor:
        """The clerk of the place."""
        return self._holder(region, "", Role.CLERK)

    def officer(self, region: str, department: str) -> Actor:
        """Who decides for a department."""
        return self._holder(region, department, Role.APPROVER)

    def head(self, region: str, department: str) -> Actor:
        """Who answers for a department."""
        return self._holder(region, department, Role.DEPARTMENT_HEAD)

    def supervisor(self, region: str) -> Actor:
        """Who watches over the limits."""
        return self._holder(region, "", Role.SUPERVISOR)

    def _holder(self, region: str, department: str, role: Role) -> Actor:
        of_post = (p.login for p in PEOPLE if (p.region, p.department) == (region, department) and role in p.roles)
        return next(self.known[login] for login in of_post if login in self.known)


async def crew() -> Crew:
    """Everybody who was made up for the town and still works there."""
    windows = {person.login: person.window or "办公电脑" for person in PEOPLE}
    found = {}
    for each in await people.list_people(by=SYSTEM):
        if each.login in windows and each.active:
            actor = await people.person(each.id)
            found[each.login] = actor.at_terminal(windows[each.login])
    return Crew(found)
