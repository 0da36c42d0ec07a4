"""The life of a call-back (回访): it waits for an answer, is tried at different hours, reaches somebody or nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from statemachine import Event, State

from lianban.rules.actors import Actor, Role
from lianban.rules.lifecycles.charts import Life, LifeType
from lianban.rules.lifecycles.rows import Subject


class CallbackLife(Life):
    """回访"""

    waiting = State("待整改答复", initial=True)
    pending = State("待回访")
    done = State("已回访", final=True)
    unreached = State("联系不上", final=True)
    dropped = State("不需回访", final=True)

    make_ready = Event(waiting.to(pending, cond=["system", "replied_to"]), name="可以回访")
    attempt = Event(pending.to(pending, cond=["caller", "other_hour"]), name="登记没有打通")
    reach = Event(pending.to(done, cond=["caller"]), name="登记回访结果")
    give_up = Event(pending.to(unreached, cond=["system", "tried_enough"]), name="多次联系不上")
    drop = Event(
        waiting.to(dropped, cond=["system", "moot"]) | pending.to(dropped, cond=["system", "moot"]), name="不需回访"
    )


@dataclass
class CallbackRow(Subject):
    """A call-back with what its verb has looked up: whom it is about, and how often it was tried."""

    window: str = ""
    served_by: frozenset[str] = frozenset()
    """Who accepted or decided: nobody calls about himself."""
    barred: str = ""
    """Why one may not call at this hour."""
    replied: bool = False
    attempts: int = 0
    most: int = 3
    without_number: bool = False
    void: bool = False
    """What is asked about does not count any more."""
    life: ClassVar[LifeType] = CallbackLife

    def caller(self, actor: Actor) -> bool:
        """回访由本地综合窗口或者监督员进行，被回访的窗口和经办人不能回访自己"""
        own = self.window != "" and actor.window == self.window and not actor.may(Role.SUPERVISOR)
        involved = any(actor.is_or_stands_for(id) for id in self.served_by)
        post = actor.may(Role.CLERK, Role.SUPERVISOR) and actor.region == self.region and not actor.department
        return post and not own and not involved

    def other_hour(self, actor: Actor) -> bool:
        """同一个时段已经拨打过，请换一个时段"""
        return not self.barred

    def replied_to(self, actor: Actor) -> bool:
        """还没有整改答复"""
        return self.replied

    def tried_enough(self, actor: Actor) -> bool:
        """拨打的次数还没有用完"""
        return self.attempts >= self.most or self.without_number

    def moot(self, actor: Actor) -> bool:
        """仍然需要回访"""
        return self.void
