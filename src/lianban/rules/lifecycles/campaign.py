"""The life of a campaign against a cause (专项整改): set up, under way, reported, written off; or called off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from statemachine import Event, State

from lianban.rules.actors import Actor, Role
from lianban.rules.lifecycles.charts import Life, LifeType
from lianban.rules.lifecycles.rows import Subject


class CampaignLife(Life):
    """专项整改"""

    planned = State("已立项，待启动", initial=True)
    running = State("整改中")
    reported = State("待验收")
    written_off = State("已销号", final=True)
    cancelled = State("已撤销", final=True)

    plan = Event(
        planned.to(planned, cond=["leading", "grounded"]) | running.to(running, cond=["leading", "grounded"]),
        name="增加措施",
    )
    join = Event(
        planned.to(planned, cond=["supervising", "akin"]) | running.to(running, cond=["supervising", "akin"]),
        name="并入台账",
    )
    begin = Event(planned.to(running, cond=["supervising", "measured"]), name="启动整改")
    prove = Event(running.to(running, cond=["carrying", "undone", "grounded"]), name="登记措施完成")
    report = Event(running.to(reported, cond=["leading", "measured", "all_done"]), name="报请验收")
    send_back = Event(reported.to(running, cond=["supervising", "grounded"]), name="退回整改")
    write_off = Event(
        reported.to(written_off, cond=["supervising", "uninvolved", "ledger_closed", "grounded"]), name="验收销号"
    )
    cancel = Event(
        planned.to(cancelled, cond=["supervising", "grounded"])
        | running.to(cancelled, cond=["supervising", "grounded"]),
        name="撤销立项",
    )


@dataclass
class CampaignRow(Subject):
    """A campaign with its measures and its ledger; the last fields are what the request brings."""

    department: str = ""
    """The leading unit; "" is the centre with its windows."""
    carriers: frozenset[str] = frozenset()
    """Units that have a measure to carry out still."""
    measures: int = 0
    open_measures: int = 0
    open_problems: int = 0
    """Problems of the ledger that are not written off."""
    doers: frozenset[str] = frozenset()
    """Who has reported a measure done."""
    more: int = 0
    """Problems of the same cause that are not in the ledger."""
    measure_open: bool = True
    """The measure that the request is about is not done yet."""
    reason_given: bool = False
    life: ClassVar[LifeType] = CampaignLife

    def supervising(self, actor: Actor) -> bool:
        """只有本地的监督员可以启动、验收、退回和撤销专项整改"""
        return actor.may(Role.SUPERVISOR) and actor.region == self.region

    def leading(self, actor: Actor) -> bool:
        """只有牵头单位的人员或者本地的监督员可以操作"""
        return self.supervising(actor) or self._of(actor, self.department)

    def carrying(self, actor: Actor) -> bool:
        """只有承担措施的单位的人员可以操作"""
        return any(self._of(actor, department) for department in self.carriers)

    def measured(self, actor: Actor) -> bool:
        """还没有措施，请先写明措施、责任人和完成期限"""
        return self.measures > 0

    def all_done(self, actor: Actor) -> bool:
        """还有措施没有完成"""
        return self.open_measures == 0

    def undone(self, actor: Actor) -> bool:
        """这条措施已经登记完成"""
        return self.measure_open

    def akin(self, actor: Actor) -> bool:
        """没有同一原因、还没有列入台账的问题"""
        return self.more > 0

    def uninvolved(self, actor: Actor) -> bool:
        """登记措施完成的人不能自己验收"""
        return actor.id not in self.doers

    def ledger_closed(self, actor: Actor) -> bool:
        """台账里还有没有销号的问题，全部销号后才能验收销号"""
        return self.open_problems == 0

    def grounded(self, actor: Actor) -> bool:
        """请写明情况和理由"""
        return self.reason_given

    def _of(self, actor: Actor, department: str) -> bool:
        posts = (Role.APPROVER, Role.DEPARTMENT_HEAD) if department else (Role.CLERK,)
        return actor.region == self.region and actor.department == department and actor.may(*posts)
