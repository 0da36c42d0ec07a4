"""The life of a hearing (行政许可法 46–48): told or announced, asked for, called, held, its record confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from statemachine import Event, State

from lianban.rules.actors import Actor, Role
from lianban.rules.lifecycles.charts import Life, LifeType
from lianban.rules.lifecycles.rows import Subject


class HearingLife(Life):
    """听证"""

    told = State("已告知权利，等待申请", initial=True)
    announced = State("依职权听证，等待通知")
    applied = State("已申请听证")
    called = State("已通知听证")
    held = State("已举行听证，笔录待确认")
    recorded = State("笔录已确认", final=True)
    waived = State("不举行听证", final=True)

    announce = Event(told.to(announced, cond=["office", "ex_officio"]), name="依职权举行听证")
    apply = Event(told.to(applied, cond=["sides", "in_time"]), name="申请听证")
    expire = Event(told.to(waived, cond=["system", "over"]), name="期限届满")
    waive = Event(
        told.to(waived, cond=["sides", "nobody_left"])
        | applied.to(waived, cond=["sides", "nobody_left"])
        | called.to(waived, cond=["sides", "nobody_left"]),
        name="不要求听证",
    )
    take_back = Event(
        applied.to(told, cond=["sides", "in_time"]) | called.to(told, cond=["sides", "in_time"]),
        name="撤回申请，其他人仍在申请期限内",
    )
    call = Event(applied.to(called, cond=["office"]) | announced.to(called, cond=["office"]), name="发出听证通知")
    recall = Event(called.to(called, cond=["office"]), name="改期或者改派，重新通知")
    hold = Event(called.to(held, cond=["office", "day_come", "presided", "unchallenged"]), name="登记听证笔录")
    confirm = Event(held.to(recorded, cond=["office", "signed"]), name="登记签字的笔录")


@dataclass
class HearingRow(Subject):
    """A hearing with the facts that its verb has looked up or that the request brings."""

    department: str = ""
    examiner: str = ""
    """The one who holds the task."""
    public_interest: bool = False
    application_in_time: bool = False
    period_over: bool = False
    all_gave_up: bool = False
    day_reached: bool = False
    presider: str = ""
    challenge_open: bool = False
    all_signed: bool = False
    life: ClassVar[LifeType] = HearingLife

    def office(self, actor: Actor) -> bool:
        """只有承办部门的签收人或者部门负责人可以办理听证"""
        own = actor.region == self.region and actor.department == self.department != ""
        return own and (actor.is_or_stands_for(self.examiner) or actor.may(Role.DEPARTMENT_HEAD))

    def sides(self, actor: Actor) -> bool:
        """只有申请人、利害关系人或者承办部门可以操作"""
        return actor.id == "holder" or self.office(actor)

    def system(self, actor: Actor) -> bool:
        """由系统自动执行"""
        return actor.id == "system"

    def ex_officio(self, actor: Actor) -> bool:
        """法律、法规、规章规定应当听证或者涉及公共利益的，才依职权举行听证（行政许可法第四十六条）"""
        return self.public_interest

    def in_time(self, actor: Actor) -> bool:
        """申请听证的期限已经届满"""
        return self.application_in_time

    def over(self, actor: Actor) -> bool:
        """申请听证的期限还没有届满"""
        return self.period_over

    def nobody_left(self, actor: Actor) -> bool:
        """还有人没有表示放弃"""
        return self.all_gave_up

    def day_come(self, actor: Actor) -> bool:
        """听证还没有到举行的日期"""
        return self.day_reached

    def presided(self, actor: Actor) -> bool:
        """听证主持人不能是审查人员（行政许可法第四十八条），请把任务转交给另一位审批人员，或者改派主持人"""
        return self.presider not in ("", self.examiner)

    def unchallenged(self, actor: Actor) -> bool:
        """有人申请主持人回避，还没有决定，请部门负责人先作出决定"""
        return not self.challenge_open

    def signed(self, actor: Actor) -> bool:
        """请逐人登记签字，或者写明拒绝签字的情况"""
        return self.all_signed
