"""The life of a request (有事您说话, domain D): sorted, dispatched, handled, answered, called back, closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from statemachine import Event, State

from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.rules.lifecycles.charts import Life, LifeType
from lianban.rules.lifecycles.rows import Subject


class DifficultyLife(Life):
    """诉求（有事您说话）"""

    registered = State("已登记，待分类", initial=True)
    triaged = State("已分类，待派发")
    dispatched = State("已派发，待接收")
    handling = State("办理中")
    escalated = State("已上报政府负责人")
    replied = State("已答复，待回访")
    called_back = State("已回访，待办结")
    closed = State("已办结", final=True)
    out_of_scope = State("不属于受理范围", final=True)

    triage = Event(
        registered.to(triaged, cond=["centre", "uninvolved", "categorised"])
        | triaged.to(triaged, cond=["centre", "uninvolved", "categorised"]),
        name="分类",
    )
    exclude = Event(
        registered.to(out_of_scope, cond=["centre", "uninvolved", "channelled"])
        | triaged.to(out_of_scope, cond=["centre", "uninvolved", "channelled"]),
        name="不属于受理范围",
    )
    settle = Event(triaged.to(replied, cond=["centre", "uninvolved", "easy", "worded"]), name="窗口当场答复")
    dispatch = Event(triaged.to(dispatched, cond=["centre", "uninvolved", "addressed"]), name="派发")
    accept = Event(
        dispatched.to(handling, cond=["unit", "uninvolved", "own_waiting"])
        | handling.to(handling, cond=["unit", "uninvolved", "own_waiting"]),
        name="接收",
    )
    give_back = Event(
        dispatched.to(triaged, cond=["leading_unit", "uninvolved", "returnable", "explained"])
        | handling.to(triaged, cond=["leading_unit", "uninvolved", "returnable", "explained"]),
        name="退回窗口",
    )
    leave = Event(
        dispatched.to(dispatched, cond=["unit", "uninvolved", "assisting", "returnable", "explained"])
        | handling.to(handling, cond=["unit", "uninvolved", "assisting", "returnable", "explained"]),
        name="退出协办",
    )
    contribute = Event(
        handling.to(handling, cond=["unit", "uninvolved", "assisting", "own_accepted", "worded"]), name="反馈协办意见"
    )
    tell = Event(
        dispatched.to(dispatched, cond=["handlers", "uninvolved", "worded"])
        | handling.to(handling, cond=["handlers", "uninvolved", "worded"])
        | escalated.to(escalated, cond=["handlers", "uninvolved", "worded"]),
        name="告知进展",
    )
    postpone = Event(
        handling.to(handling, cond=["leading_unit", "uninvolved", "in_time", "first_delay", "explained"]),
        name="延期并告知理由",
    )
    judge = Event(
        triaged.to(triaged, cond=["overseer", "uninvolved", "blaming", "unjudged", "explained"])
        | dispatched.to(dispatched, cond=["overseer", "uninvolved", "blaming", "unjudged", "explained"])
        | handling.to(handling, cond=["overseer", "uninvolved", "blaming", "unjudged", "explained"]),
        name="核实认定",
    )
    reply = Event(
        handling.to(replied, cond=["leading_unit", "uninvolved", "accepted", "all_reported", "judged", "worded"]),
        name="答复",
    )
    refer = Event(
        handling.to(escalated, cond=["leading_unit", "uninvolved", "accepted", "all_reported", "judged", "worded"]),
        name="暂时不能解决，上报",
    )
    escalate = Event(
        triaged.to(escalated, cond=["overseer", "uninvolved", "explained"])
        | dispatched.to(escalated, cond=["overseer", "uninvolved", "explained"])
        | handling.to(escalated, cond=["overseer", "uninvolved", "explained"]),
        name="上报政府负责人",
    )
    confirm = Event(escalated.to(replied, cond=["government", "uninvolved", "proposed"]), name="同意答复意见")
    instruct = Event(
        escalated.to(dispatched, cond=["government", "uninvolved", "addressed", "explained"]), name="批示交办"
    )
    call_back = Event(replied.to(called_back, cond=["asker", "uninvolved", "not_the_replier"]), name="回访")
    reopen = Event(called_back.to(triaged, cond=["system", "displeased", "first_time"]), name="不满意，重新办理")
    raise_again = Event(called_back.to(escalated, cond=["system", "displeased", "again"]), name="仍不满意，上报")
    close = Event(called_back.to(closed, cond=["centre", "uninvolved", "not_the_replier", "caused"]), name="办结")


@dataclass
class DifficultyRow(Subject):
    """A request with what its verb has looked up: its parts (department → status), the actor's own, the form."""

    category: str = ""
    about_person: str = ""
    """Of whom it complains, "" of nobody."""
    lead: str = ""
    """The department that leads, "" nobody yet; the centre is never one."""
    parts: dict[str, str] = field(default_factory=dict)
    """Department → waiting, accepted, reported; units that gave it back stand here no more."""
    assigned: frozenset[str] = frozenset()
    """Departments that a supervisor or the government has named: they cannot give it back."""
    valid: bool | None = None
    """What the supervisor has found about the blame; None: nothing yet."""
    overdue: bool = False
    delays: int = 0
    replier: str = ""
    proposal: bool = False
    satisfied: bool | None = None
    reopened: int = 0
    confirmed: bool = False
    """The government has agreed to a negative answer: it is final."""
    text_given: bool = False
    reason_given: bool = False
    units_named: bool = False
    channel_named: bool = False
    category_named: bool = False
    cause_named: bool = False
    at_window: bool = False
    blame: bool = False
    """The category asks for a finding."""
    life: ClassVar[LifeType] = DifficultyLife

    def centre(self, actor: Actor) -> bool:
        """只有本地综合窗口的人员或者监督员可以操作"""
        inside = actor.region == self.region and actor.department == ""
        return inside and actor.may(Role.CLERK, Role.SUPERVISOR)

    def unit(self, actor: Actor) -> bool:
        """只有承办单位的人员可以操作"""
        own = actor.region == self.region and actor.department in self.parts
        return own and actor.may(Role.APPROVER, Role.DEPARTMENT_HEAD)

    def leading_unit(self, actor: Actor) -> bool:
        """只有牵头承办单位的人员可以操作"""
        return self.unit(actor) and actor.department == self.lead

    def handlers(self, actor: Actor) -> bool:
        """只有承办单位、综合窗口的人员或者监督员可以告知进展"""
        return self.centre(actor) or self.unit(actor)

    def overseer(self, actor: Actor) -> bool:
        """只有监督员或者系统可以操作"""
        return actor is SYSTEM or (actor.region == self.region and actor.may(Role.SUPERVISOR))

    def government(self, actor: Actor) -> bool:
        """只有政府负责人可以操作"""
        return actor.region == self.region and actor.may(Role.GOVERNMENT_HEAD)

    def asker(self, actor: Actor) -> bool:
        """只有综合窗口的人员、监督员或者系统可以登记回访"""
        return actor is SYSTEM or self.centre(actor)

    def uninvolved(self, actor: Actor) -> bool:
        """这个诉求反映的是您本人，请由另一位同事办理"""
        return self.about_person == "" or actor.id != self.about_person

    def categorised(self, actor: Actor) -> bool:
        """请选择诉求的类别"""
        return self.category_named

    def channelled(self, actor: Actor) -> bool:
        """请选择不属于受理范围的情形，并写明应当找谁"""
        return self.channel_named

    def addressed(self, actor: Actor) -> bool:
        """请选择牵头承办单位"""
        return self.units_named

    def worded(self, actor: Actor) -> bool:
        """请写明告知群众的内容"""
        return self.text_given

    def explained(self, actor: Actor) -> bool:
        """请写明理由"""
        return self.reason_given

    def caused(self, actor: Actor) -> bool:
        """请选择办不成、很难办的原因"""
        return self.cause_named

    def easy(self, actor: Actor) -> bool:
        """只有一般简单的和政策不允许的，可以由窗口直接答复；其他的请派发给承办单位"""
        return self.at_window

    def own_waiting(self, actor: Actor) -> bool:
        """本单位已经接收"""
        return self.parts.get(actor.department) == "waiting"

    def own_accepted(self, actor: Actor) -> bool:
        """本单位还没有接收，或者已经反馈了协办意见"""
        return self.parts.get(actor.department) == "accepted"

    def assisting(self, actor: Actor) -> bool:
        """牵头单位不能退出协办；确实不归本单位的，请退回窗口"""
        return actor.department != self.lead

    def returnable(self, actor: Actor) -> bool:
        """这个诉求由监督员或者政府负责人指定本单位办理，不能退回"""
        return actor.department not in self.assigned

    def accepted(self, actor: Actor) -> bool:
        """请先接收再答复"""
        return self.parts.get(self.lead) == "accepted"

    def all_reported(self, actor: Actor) -> bool:
        """还有协办单位没有反馈意见"""
        return all(status == "reported" for unit, status in self.parts.items() if unit != self.lead)

    def blaming(self, actor: Actor) -> bool:
        """只有“不给办”的诉求需要核实认定"""
        return self.blame

    def unjudged(self, actor: Actor) -> bool:
        """已经核实认定"""
        return self.valid is None

    def judged(self, actor: Actor) -> bool:
        """“不给办”的诉求，请等监督员核实认定后再答复"""
        return not self.blame or self.valid is not None

    def in_time(self, actor: Actor) -> bool:
        """期限已经届满，不能再延期；请尽快答复，或者上报"""
        return not self.overdue

    def first_delay(self, actor: Actor) -> bool:
        """只能延期一次；仍办不完的，请上报"""
        return self.delays == 0

    def proposed(self, actor: Actor) -> bool:
        """承办单位还没有提出答复意见，请批示交办"""
        return self.proposal

    def not_the_replier(self, actor: Actor) -> bool:
        """答复是您作出的，请由另一位同事回访、办结"""
        return actor.id != self.replier

    def displeased(self, actor: Actor) -> bool:
        """群众没有表示不满意"""
        return self.satisfied is False and not self.confirmed

    def first_time(self, actor: Actor) -> bool:
        """已经重新办理过一次"""
        return self.reopened == 0

    def again(self, actor: Actor) -> bool:
        """还没有重新办理过"""
        return self.reopened > 0
