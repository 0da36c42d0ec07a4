"""What the events and the notes of requests are called in Chinese; a test holds that none is without words."""

from __future__ import annotations

EVENTS = {
    "request registered": "登记诉求",
    "request joined": "同一问题再次反映，并入本诉求",
    "request triaged": "分类",
    "request excluded": "不属于受理范围，告知渠道",
    "request dispatched": "派发承办单位",
    "request accepted": "接收",
    "request given back": "退回",
    "request contributed": "反馈协办意见",
    "request progress told": "告知进展",
    "request postponed": "延期并告知理由",
    "request judged": "监督员核实认定",
    "request rectified": "转为整改",
    "request replied": "答复",
    "request referred": "暂时不能解决，上报",
    "request escalated": "上报政府负责人",
    "request called back": "回访",
    "request reopened": "不满意，重新办理",
    "request closed": "办结",
    "ticket returned": "回复 12345 工单",
    "supervision concluded": "督办记录办结",
    "limit marked": "时限提示",
    "name shown": "查看姓名和电话",
    "paper issued": "出具文书",
    "content erased": "删除日志内容",
}

NOTES = {
    "joined": "再次反映",
    "excluded": "告知渠道",
    "sent": "转办",
    "returned": "退回理由",
    "contributed": "协办意见",
    "told": "告知进展",
    "postponed": "延期理由",
    "judged": "核实情况",
    "rectified": "转整改",
    "replied": "答复",
    "referred": "拟答复意见",
    "escalated": "上报理由",
    "called": "回访记录",
    "reopened": "重新办理",
    "closed": "小结",
}

STATES = {
    "registered": ("待分类", "amber", "▲"),
    "triaged": ("待派发", "amber", "▲"),
    "dispatched": ("待接收", "amber", "▲"),
    "handling": ("办理中", "blue", "◐"),
    "escalated": ("已上报", "red", "■"),
    "replied": ("待回访", "blue", "◔"),
    "called_back": ("待办结", "amber", "▲"),
    "closed": ("已办结", "green", "✓"),
    "out_of_scope": ("已告知渠道", "grey", "→"),
}
"""State → word, tone, shape."""

PLAIN = {
    "registered": "已经登记，正在分类",
    "triaged": "已经分类，正在确定承办单位",
    "dispatched": "已经转给承办单位",
    "handling": "承办单位正在办理",
    "escalated": "已经上报政府负责人",
    "replied": "已经答复，工作人员会打电话回访",
    "called_back": "已经回访",
    "closed": "已经办结",
    "out_of_scope": "不属于本窗口受理范围，请按下面的渠道提出",
}
"""State in the words of whoever made the request."""

PARTS = {"waiting": "待接收", "accepted": "办理中", "reported": "已反馈意见", "returned": "已退回", "ended": "已结束"}
