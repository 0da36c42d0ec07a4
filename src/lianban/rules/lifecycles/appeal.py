"""The life of an appeal against a negative rating (R-HCP-8): filed, before a panel, decided by its majority."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from statemachine import Event, State

from lianban.rules.actors import Actor, Role
from lianban.rules.appeals import Vote, count, size_fault
from lianban.rules.lifecycles.charts import Life, LifeType
from lianban.rules.lifecycles.rows import Subject


class AppealLife(Life):
    """差评申诉"""

    filed = State("待组成评审小组", initial=True)
    reviewing = State("评审中")
    valid = State("评价有效", final=True)
    invalid = State("评价无效", final=True)
    withdrawn = State("已撤回", final=True)

    convene = Event(filed.to(reviewing, cond=["convener", "uninvolved", "composed", "outside"]), name="组成评审小组")
    withdraw = Event(filed.to(withdrawn, cond=["appellant", "explained"]), name="撤回申诉")
    replace = Event(
        reviewing.to(reviewing, cond=["convener", "uninvolved", "vacant", "outside", "explained"]), name="更换成员"
    )
    vote = Event(reviewing.to(reviewing, cond=["seated", "unvoted", "reasoned"]), name="表决")
    uphold = Event(reviewing.to(valid, cond=["system", "all_voted", "found_valid"]), name="认定评价有效")
    overturn = Event(reviewing.to(invalid, cond=["system", "all_voted", "found_invalid"]), name="认定评价无效")


@dataclass
class AppealRow(Subject):
    """An appeal with its panel; `chosen` and what follows it is what the request brings."""

    department: str = ""
    """The unit that has to put it right and appeals; "" is the centre with its windows."""
    scored: str | None = None
    """The unit in whose figures the rating stands, where it is known: another one, once the problem was passed on."""
    rated: str = ""
    """Who was rated, if that is known."""
    verifier: str = ""
    """Who verified the rating."""
    filed_by: str = ""
    convened_by: str = ""
    claimed: str = ""
    votes: dict[str, Vote | None] = field(default_factory=dict)
    """Member → vote, None while there is none; those who have left the panel are not among them."""
    least: int = 3
    chosen: tuple[Actor, ...] = ()
    leaving: str = ""
    reason: bool = False
    life: ClassVar[LifeType] = AppealLife

    def rated_side(self, actor: Actor) -> bool:
        """Whether somebody belongs to the unit that appeals."""
        return _belongs(actor, self.department)

    def gains(self, actor: Actor) -> bool:
        """Whether somebody belongs to a unit whose figures or whose work hang on the outcome."""
        return self.rated_side(actor) or (self.scored is not None and _belongs(actor, self.scored))

    def may_sit(self, actor: Actor) -> bool:
        """Whether somebody may be a member: of the house, not of the rated unit, and with no hand in the matter."""
        involved = {self.rated, self.verifier, self.filed_by, self.convened_by} - {""}
        posts = (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD, Role.SUPERVISOR, Role.GOVERNMENT_HEAD)
        fit = actor.region == self.region and bool(actor.roles & set(posts))
        return fit and not self.gains(actor) and actor.id not in involved

    def appellant(self, actor: Actor) -> bool:
        """申诉由被评价的一方提出和撤回"""
        return (
            actor.region == self.region
            and self.rated_side(actor)
            and actor.may(Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD)
        )

    def convener(self, actor: Actor) -> bool:
        """评审小组由监督员组成"""
        return actor.region == self.region and actor.may(Role.SUPERVISOR)

    def uninvolved(self, actor: Actor) -> bool:
        """被评价的人和提出申诉的人不能组成评审小组，请由其他监督员办理"""
        return not self.gains(actor) and actor.id not in {self.rated, self.filed_by}

    def composed(self, actor: Actor) -> bool:
        """评审小组的人数必须是单数，不少于本地规定的最少人数"""
        people = {one.id for one in self.chosen}
        return len(people) == len(self.chosen) and not size_fault(len(people), self.least)

    def outside(self, actor: Actor) -> bool:
        """被评价单位的人、被评价的人、核实这条评价的人、提出申诉的人和召集人不能参加评审小组，请另选成员"""
        return all(self.may_sit(one) and one.id != actor.id and one.id not in self.votes for one in self.chosen)

    def vacant(self, actor: Actor) -> bool:
        """只能更换还没有表决的成员，换一个人"""
        return self.votes.get(self.leaving, False) is None and len(self.chosen) == 1

    def seated(self, actor: Actor) -> bool:
        """只有评审小组的成员本人可以表决，不能代为表决"""
        return actor.id in self.votes

    def unvoted(self, actor: Actor) -> bool:
        """您已经表决，表决不能更改"""
        return self.votes.get(actor.id) is None

    def explained(self, actor: Actor) -> bool:
        """请写明理由"""
        return self.reason

    def reasoned(self, actor: Actor) -> bool:
        """请选择评价有效还是无效，并且写明理由；认为无效的，还要选择属于哪一种情形"""
        return self.reason

    def all_voted(self, actor: Actor) -> bool:
        """还有成员没有表决"""
        return bool(self.votes) and all(self.votes.values())

    def found_valid(self, actor: Actor) -> bool:
        """多数成员认为评价无效"""
        return self._outcome == "valid"

    def found_invalid(self, actor: Actor) -> bool:
        """多数成员认为评价有效"""
        return self._outcome == "invalid"

    @property
    def _outcome(self) -> str:
        cast = [one for one in self.votes.values() if one]
        return count(cast, self.claimed).outcome if cast else ""


def _belongs(actor: Actor, unit: str) -> bool:
    return actor.department == unit if unit else actor.may(Role.CLERK)
