"""The kinds of limits of matters, and the levels to which an overrun goes up."""

from __future__ import annotations

from lianban.journal import Stream

KINDS = {
    "verify": "核实期限",
    "accept": "接收期限",
    "rectify": "整改期限",
    "assign": "指定承办单位的期限",
    "reply": "答复期限",
    "rerate": "回评期限",
    "write_off": "销号期限",
    "panel": "评审期限",
    "triage": "分类派发期限",
    "answer": "反馈期限",
    "opinion": "形成处理意见的期限",
    "callback": "回访期限",
    "tell": "告知原因和进展的期限",
    "campaign": "专项整改期限",
}

CITIZENS = frozenset({"rerate"})
"""Somebody's own time to speak: nobody is late when it is over."""

LEVELS = {"yellow": "期限将满，提示承办单位负责人", "red": "已经逾期，报监督员", "up": "逾期仍未办，报政府负责人"}

STREAMS: dict[str, Stream] = {
    "rectification": "rating",
    "appeal": "rating",
    "campaign": "rating",
    "callback": "rating",
    "difficulty": "difficulty",
}
"""In which stream of the journal a matter is told; its subject there is the matter's own id."""
