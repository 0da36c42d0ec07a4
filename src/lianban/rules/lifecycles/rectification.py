"""The life of a problem that is to be put right (差评整改; R-HCP-6): verified, transferred, put right, answered, rated
again by the citizen, written off; or found invalid on appeal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from statemachine import Event, State

from lianban.rules.actors import HOLDER, Actor, Role
from lianban.rules.lifecycles.charts import Life, LifeType
from lianban.rules.lifecycles.rows import Subject

UNITS = (Role.APPROVER, Role.DEPARTMENT_HEAD)
"""The posts that put right what a department has to answer for; for the centre it is its clerks."""
NEGATIVE, CONTENT = "not", ("satisfied", "basically")


class RectificationLife(Life):
    """差评整改"""

    pending = State("待核实", initial=True)
    verified = State("已核实，待转办")
    transferred = State("已转办，待接收")
    assigning = State("待监督员指定承办单位")
    rectifying = State("整改中")
    rectified = State("已整改，待答复")
    replied = State("已答复，待回评")
    reviewed = State("待销号")
    written_off = State("已销号", final=True)
    void = State("认定无效", final=True)

    verify = Event(pending.to(verified, cond=["supervising", "impartial", "grounded"]), name="核实属实")
    explain = Event(pending.to(replied, cond=["supervising", "impartial", "grounded"]), name="核实不属实，向评价人说明")
    transfer = Event(verified.to(transferred, cond=["supervising", "impartial"]), name="转办")
    accept = Event(transferred.to(rectifying, cond=["unit", "impartial"]), name="接收")
    pass_on = Event(transferred.to(transferred, cond=["unit", "impartial", "hops_left", "grounded"]), name="转出")
    send_up = Event(
        transferred.to(assigning, cond=["unit", "impartial", "hops_over", "grounded"]), name="退回监督员指定"
    )
    assign = Event(
        transferred.to(transferred, cond=["supervising", "impartial", "grounded"])
        | assigning.to(transferred, cond=["supervising", "impartial", "grounded"])
        | rectifying.to(transferred, cond=["supervising", "impartial", "grounded"]),
        name="指定承办单位",
    )
    take_over = Event(rectifying.to(rectifying, cond=["unit", "impartial", "anothers"]), name="接手承办")
    ask_extension = Event(
        rectifying.to(rectifying, cond=["unit", "impartial", "never_extended", "in_time", "grounded"]), name="申请延期"
    )
    grant_extension = Event(
        rectifying.to(rectifying, cond=["supervising", "impartial", "extension_asked", "four_eyes"]), name="同意延期"
    )
    refuse_extension = Event(
        rectifying.to(rectifying, cond=["supervising", "impartial", "extension_asked", "four_eyes", "grounded"]),
        name="不同意延期",
    )
    finish = Event(rectifying.to(rectified, cond=["unit", "impartial", "grounded"]), name="登记整改结果")
    reply = Event(rectified.to(replied, cond=["unit", "impartial", "grounded"]), name="答复评价人")
    rerate = Event(replied.to(reviewed, cond=["rater", "content"]), name="回评：认可")
    reopen = Event(
        replied.to(rectifying, cond=["rater", "discontent", "first_time", "founded"])
        | reviewed.to(rectifying, cond=["rater", "discontent", "first_time", "founded"]),
        name="回评：不满意",
    )
    reverify = Event(
        replied.to(pending, cond=["rater", "discontent", "first_time", "unfounded"])
        | reviewed.to(pending, cond=["rater", "discontent", "first_time", "unfounded"]),
        name="回评：不认可核实",
    )
    persist = Event(replied.to(reviewed, cond=["rater", "discontent", "second_time"]), name="回评：仍不满意")
    expire = Event(replied.to(reviewed, cond=["system", "over"]), name="回评期满")
    write_off = Event(
        reviewed.to(written_off, cond=["supervising", "impartial", "called", "unappealed", "grounded"]), name="销号"
    )
    annul = Event(
        void.from_(
            pending,
            verified,
            transferred,
            assigning,
            rectifying,
            rectified,
            replied,
            reviewed,
            cond=["system"],
        ),
        name="认定无效",
    )


@dataclass
class RectificationRow(Subject):
    """A problem with the facts that are kept, and those that its verb has looked up or the request brings."""

    department: str = ""
    """Whose it is now; "" the centre with its windows."""
    served_by: str = ""
    """The person who was rated: may neither verify nor handle it (R-HCP-10)."""
    owner: str = ""
    hops: int = 0
    most_hops: int = 2
    assigned: bool = False
    """A supervisor has named the unit: it cannot be passed on any more."""
    extended: bool = False
    extension_by: str = ""
    """Who has asked for the extension that waits for an answer."""
    overdue: bool = False
    finding: str = ""
    """`simple`, `complex`, `unfounded`; "" not verified yet."""
    reopened: int = 0
    verdict: str = ""
    """What the citizen says now: `satisfied`, `basically`, `not`."""
    by_call: bool = False
    """It was said on the telephone, to whoever called back."""
    period_over: bool = False
    named: bool = False
    called_back: bool = False
    appeal_open: bool = False
    reason_given: bool = False
    life: ClassVar[LifeType] = RectificationLife

    def supervising(self, actor: Actor) -> bool:
        """只有本地的监督员可以核实、转办、指定、批准延期和销号"""
        return actor.may(Role.SUPERVISOR) and actor.region == self.region

    def unit(self, actor: Actor) -> bool:
        """只有承办单位的人员可以操作"""
        if actor.region != self.region or actor.department != self.department:
            return False
        # Where the only clerk is the one who was rated, the centre's own supervisor stands in for the centre.
        return actor.may(*UNITS) if self.department else actor.may(Role.CLERK, Role.SUPERVISOR)

    def rater(self, actor: Actor) -> bool:
        """只有评价人本人可以回评"""
        return actor == HOLDER or self.by_call

    def impartial(self, actor: Actor) -> bool:
        """被评价的人不能核实、处理对自己的差评，请由其他人员办理"""
        return self.served_by == "" or actor.id != self.served_by

    def grounded(self, actor: Actor) -> bool:
        """请写明情况和理由"""
        return self.reason_given

    def hops_left(self, actor: Actor) -> bool:
        """转出的次数已经用完，或者承办单位由监督员指定；不属于本单位的，请报监督员"""
        return not self.assigned and self.hops < self.most_hops

    def hops_over(self, actor: Actor) -> bool:
        """还可以直接转给应当承办的单位，或者承办单位已经由监督员指定"""
        return not self.assigned and self.hops >= self.most_hops

    def anothers(self, actor: Actor) -> bool:
        """这件事已经由您承办"""
        return not actor.is_or_stands_for(self.owner)

    def never_extended(self, actor: Actor) -> bool:
        """整改期限只能延长一次：已经延长过，或者申请正在等待批准"""
        return not self.extended and self.extension_by == ""

    def in_time(self, actor: Actor) -> bool:
        """整改期限已经届满，不能再申请延期"""
        return not self.overdue

    def extension_asked(self, actor: Actor) -> bool:
        """承办单位没有申请延期"""
        return self.extension_by != "" and not self.extended

    def four_eyes(self, actor: Actor) -> bool:
        """申请延期的人不能自己批准"""
        return actor.id != self.extension_by

    def content(self, actor: Actor) -> bool:
        """评价人没有表示认可"""
        return self.verdict in CONTENT

    def discontent(self, actor: Actor) -> bool:
        """评价人没有表示不满意"""
        return self.verdict == NEGATIVE

    def founded(self, actor: Actor) -> bool:
        """核实认为不属实，没有可以整改的"""
        return self.finding != "unfounded"

    def unfounded(self, actor: Actor) -> bool:
        """核实属实，应当继续整改"""
        return self.finding == "unfounded"

    def first_time(self, actor: Actor) -> bool:
        """已经因为回评不满意重新办理过一次，由监督员说明后销号"""
        return self.reopened == 0

    def second_time(self, actor: Actor) -> bool:
        """第一次回评不满意的，重新办理"""
        return self.reopened > 0

    def over(self, actor: Actor) -> bool:
        """回评期限还没有届满"""
        return self.period_over

    def called(self, actor: Actor) -> bool:
        """实名差评还没有回访；回访后（或者按规定次数没有联系上）才能销号"""
        return not self.named or self.called_back

    def unappealed(self, actor: Actor) -> bool:
        """申诉还没有结论，有结论后才能销号"""
        return not self.appeal_open
