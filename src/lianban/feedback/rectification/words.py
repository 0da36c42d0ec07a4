"""What the moves of a problem are called: in the journal, and on pages."""

from __future__ import annotations

JOURNALLED = {
    "verify": "problem verified",
    "explain": "problem explained",
    "transfer": "problem transferred",
    "accept": "problem accepted",
    "pass_on": "problem passed on",
    "send_up": "problem sent up",
    "assign": "problem assigned",
    "take_over": "problem taken over",
    "ask_extension": "problem extension asked for",
    "grant_extension": "problem extended",
    "refuse_extension": "problem extension refused",
    "finish": "problem put right",
    "reply": "problem answered",
    "rerate": "problem rated again",
    "reopen": "problem reopened",
    "reverify": "problem to be verified again",
    "persist": "problem rated again",
    "expire": "problem left unrated",
    "write_off": "problem written off",
    "annul": "problem void",
}
"""Event of the life → event of the journal."""

LINES = {
    "rectification opened": "立案，待核实",
    "problem verified": "核实属实",
    "problem explained": "核实不属实，已向评价人说明",
    "problem transferred": "转办",
    "problem accepted": "承办单位接收",
    "problem passed on": "转出",
    "problem sent up": "退回监督员指定承办单位",
    "problem assigned": "监督员指定承办单位",
    "problem taken over": "换人承办",
    "problem extension asked for": "申请延期",
    "problem extended": "同意延期",
    "problem extension refused": "不同意延期",
    "problem put right": "登记整改结果",
    "problem answered": "答复评价人",
    "problem rated again": "评价人回评",
    "problem reopened": "评价人不满意，重新办理",
    "problem to be verified again": "评价人不认可，重新核实",
    "problem left unrated": "回评期满，没有回评",
    "problem called back": "回访",
    "problem written off": "销号",
    "problem void": "认定无效",
    "limit marked": "时限提示",
    "text published": "整改结果公开",
    "text withheld": "整改结果不公开",
    "text taken back": "撤下公开的整改结果",
}
"""Event of the journal → what a page says."""

STEPS = {
    "verify": "核实属实",
    "explain": "核实不属实，向评价人说明",
    "transfer": "转办",
    "accept": "接收",
    "pass_on": "转出",
    "send_up": "退回监督员指定承办单位",
    "assign": "监督员指定承办单位",
    "take_over": "接手承办",
    "ask_extension": "申请延期",
    "grant_extension": "同意延期",
    "refuse_extension": "不同意延期",
    "finish": "整改完成",
    "reply": "答复评价人",
    "rerate": "评价人回评",
    "reopen": "评价人回评：不满意，重新整改",
    "reverify": "评价人回评：不认可，重新核实",
    "persist": "评价人回评：仍不满意",
    "expire": "回评期满，没有回评",
    "called": "回访",
    "write_off": "销号",
    "annul": "认定无效",
}
"""Event of the life → what the timeline says."""

VERDICTS = {"satisfied": "满意", "basically": "基本满意", "not": "不满意"}
"""What a citizen says of the reply."""

FINDINGS = {"simple": "属实，简单问题", "complex": "属实，复杂问题", "unfounded": "不属实"}
SOURCES = {"rating": "差评", "callback": "回访", "difficulty": "诉求", "inspection": "监督查评"}
