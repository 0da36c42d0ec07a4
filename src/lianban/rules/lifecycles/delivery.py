"""The life of a delivery (行政许可法 44; 民事诉讼法 87–95): handed over, sent, placed or published; arrived or not.

A try that failed is over: what it carried lies at the window again, and the next try is a delivery of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from statemachine import Event, State

from lianban.rules.actors import HOLDER, Actor
from lianban.rules.lifecycles.charts import Life, LifeType
from lianban.rules.lifecycles.rows import Subject


class DeliveryLife(Life):
    """送达"""

    prepared = State("待送达", initial=True)
    sent = State("邮寄中")
    placed = State("在自助柜，待取")
    published = State("公告中")
    delivered = State("已送达", final=True)
    returned = State("已退回窗口", final=True)
    expired = State("逾期未取，退回窗口", final=True)
    ended = State("停止公告", final=True)

    hand_over = Event(prepared.to(delivered, cond=["clerk", "signed"]), name="当面送达")
    leave = Event(prepared.to(delivered, cond=["clerk", "recorded"]), name="留置送达")
    upload = Event(prepared.to(delivered, cond=["clerk", "consented"]), name="电子送达")
    send = Event(prepared.to(sent, cond=["clerk", "traceable"]), name="交寄")
    arrive = Event(sent.to(delivered, cond=["clerk", "acknowledged"]), name="登记邮件回执")
    send_back = Event(sent.to(returned, cond=["clerk", "explained"]), name="登记退回")
    place = Event(prepared.to(placed, cond=["clerk", "boxed"]), name="放入自助柜")
    take = Event(placed.to(delivered, cond=["taker", "proved"]), name="凭码取件")
    fetch_back = Event(placed.to(returned, cond=["clerk", "explained"]), name="取回窗口")
    expire = Event(placed.to(expired, cond=["system", "over"]), name="逾期未取")
    publish = Event(prepared.to(published, cond=["clerk", "unreachable"]), name="发出公告")
    pass_by = Event(published.to(delivered, cond=["system", "over"]), name="公告期满，视为送达")
    take_down = Event(published.to(ended, cond=["clerk", "explained"]), name="停止公告")


@dataclass
class DeliveryRow(Subject):
    """A delivery with the facts that the request brings or its verb has looked up."""

    receiver: str = ""
    tracking: str = ""
    box: str = ""
    witnessed: bool = False
    """Who refused and where is written, and a witness or a picture shows it (民事诉讼法 89)."""
    consent: bool = False
    receipt_date: bool = False
    reason: bool = False
    code_right: bool = False
    tried: bool = False
    """Another try failed, or nobody knows where the person is and it is written why (民事诉讼法 95)."""
    period_over: bool = False
    life: ClassVar[LifeType] = DeliveryLife

    def taker(self, actor: Actor) -> bool:
        """只有申请人可以凭取件码取件"""
        return actor == HOLDER

    def signed(self, actor: Actor) -> bool:
        """请写明领取人的姓名"""
        return bool(self.receiver)

    def recorded(self, actor: Actor) -> bool:
        """留置送达必须写明谁拒收、在哪里留置，并且有见证人或者照片、录像（参照民事诉讼法第八十九条）"""
        return self.witnessed

    def consented(self, actor: Actor) -> bool:
        """受送达人没有同意电子送达，或者已经撤回同意；请先登记同意（参照民事诉讼法第九十条）"""
        return self.consent

    def traceable(self, actor: Actor) -> bool:
        """请写明承运单位和邮件号码"""
        return bool(self.tracking)

    def acknowledged(self, actor: Actor) -> bool:
        """请填写邮件回执上的收件日期，它就是送达日期（参照民事诉讼法第九十一条）"""
        return self.receipt_date

    def explained(self, actor: Actor) -> bool:
        """请写明原因"""
        return self.reason

    def boxed(self, actor: Actor) -> bool:
        """请写明柜格"""
        return bool(self.box)

    def proved(self, actor: Actor) -> bool:
        """取件码不对，请核对后重新输入"""
        return self.code_right

    def over(self, actor: Actor) -> bool:
        """期限还没有届满"""
        return self.period_over

    def unreachable(self, actor: Actor) -> bool:
        """受送达人下落不明，或者用其他方式无法送达的，才能公告送达；请先用其他方式送达，或者写明下落不明的情况（参照民事诉讼法第九十五条）"""
        return self.tried
