"""How ratings come in and what they are about (R-HCP-2; domain C2)."""

from __future__ import annotations

CHANNELS = {
    "terminal": "窗口评价器",
    "static_qr": "固定二维码",
    "dynamic_qr": "办理结果上的二维码",
    "sms": "短信",
    "portal": "网上（进度页）",
    "paper": "纸质评价表",
    "phone": "电话",
    "self_service": "自助终端",
    "device": "接入的评价设备",
    "hotline": "12345 热线",
    "box": "意见箱",
    "inspection": "监督查评",
}

KINDS = {"visit": "一次一评", "matter": "一事一评", "general": "综合点评", "inspection": "监督查评"}
"""现场服务 once each time, 网上服务 once each matter; general views; spot checks by the authorities."""

STEPS = {"acceptance": "受理", "review": "审查", "closure": "办结", "service": "现场服务"}
