"""The life of a joint on-site survey (联合勘验): planned, held, concluded by each department; missed or cancelled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from statemachine import Event, State

from lianban.rules.actors import Actor, Role
from lianban.rules.lifecycles.charts import Life, LifeType
from lianban.rules.lifecycles.rows import Subject


class VisitLife(Life):
    """现场勘查"""

    planned = State("已约定", initial=True)
    under_way = State("正在勘查")
    done = State("已完成", final=True)
    missed = State("未能进行", final=True)
    cancelled = State("已取消", final=True)

    rearrange = Event(planned.to(planned, cond=["arranging", "not_begun", "may_change", "grounded"]), name="改期")
    cancel = Event(planned.to(cancelled, cond=["arranging", "grounded"]), name="取消")
    miss = Event(planned.to(missed, cond=["arranging", "begun", "grounded"]), name="登记未能进行")
    begin = Event(planned.to(under_way, cond=["surveying", "day_come", "manned"]), name="开始勘查")
    conclude = Event(under_way.to(under_way, cond=["surveying", "manned", "own_open"]), name="作出勘查结论")
    leave = Event(
        planned.to(planned, cond=["arranging", "grounded", "someone_stays"])
        | under_way.to(under_way, cond=["arranging", "grounded", "someone_stays"]),
        name="退出本次勘查",
    )
    finish = Event(under_way.to(done, cond=["system", "all_concluded"]), name="勘查完成")
    dissolve = Event(
        planned.to(cancelled, cond=["system", "nobody_left"]) | under_way.to(cancelled, cond=["system", "nobody_left"]),
        name="没有需要勘查的事项",
    )


OPEN_PARTS = ("invited", "confirmed", "started")


@dataclass
class VisitRow(Subject):
    """A visit with what its verb has looked up: its parts (item → status), those of the actor, and the request."""

    departments: frozenset[str] = frozenset()
    """Departments whose items are in the visit and not out of it."""
    parts: dict[str, str] = field(default_factory=dict)
    """Item → status of its part."""
    own: str = ""
    """Status of the part that the request is about."""
    own_department: str = ""
    team_named: bool = False
    """The part that the request is about has two surveyors or more."""
    start_over: bool = False
    """The appointed hour has come."""
    today: bool = False
    """The appointed day has come."""
    changes_left: bool = True
    reason_given: bool = False
    life: ClassVar[LifeType] = VisitLife

    def arranging(self, actor: Actor) -> bool:
        """只有综合窗口或者参加勘查的部门可以操作"""
        own = actor.region == self.region and actor.department in self.departments
        return self.clerk(actor) or (own and actor.may(Role.APPROVER, Role.DEPARTMENT_HEAD))

    def surveying(self, actor: Actor) -> bool:
        """只有参加勘查的部门的审批人员可以操作"""
        own = actor.region == self.region and actor.department == self.own_department != ""
        return own and actor.may(Role.APPROVER, Role.DEPARTMENT_HEAD)

    def not_begun(self, actor: Actor) -> bool:
        """约定的时间已经到了，不能改期；没有勘查成的，请登记未能进行，再另约时间"""
        return not self.start_over

    def begun(self, actor: Actor) -> bool:
        """约定的时间还没有到"""
        return self.start_over

    def day_come(self, actor: Actor) -> bool:
        """还没有到约定的日期"""
        return self.today

    def may_change(self, actor: Actor) -> bool:
        """改期的次数已经用完，请按约定的时间勘查，或者取消后重新约定"""
        return self.changes_left

    def grounded(self, actor: Actor) -> bool:
        """请写明理由"""
        return self.reason_given

    def manned(self, actor: Actor) -> bool:
        """请先登记两名以上勘查人员和执法证号（行政许可法第三十四条）"""
        return self.team_named

    def own_open(self, actor: Actor) -> bool:
        """这个事项的勘查结论已经作出，不能更改；整改后的复查另行登记"""
        return self.own in OPEN_PARTS

    def someone_stays(self, actor: Actor) -> bool:
        """只剩这一个事项，请取消或者登记未能进行"""
        return sum(status != "out" for status in self.parts.values()) > 1

    def all_concluded(self, actor: Actor) -> bool:
        """还有部门没有作出结论"""
        staying = [status for status in self.parts.values() if status != "out"]
        return bool(staying) and all(status == "concluded" for status in staying)

    def nobody_left(self, actor: Actor) -> bool:
        """还有需要勘查的事项"""
        return all(status == "out" for status in self.parts.values())
