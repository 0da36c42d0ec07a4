"""The people of the scenarios, by the names that the features use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lianban.outside.clock import SHANGHAI
from lianban.rules.actors import Role

PASSWORD = "Jieban-2026"
LONGJING, CHANGSHA = "222405", "430100"
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=SHANGHAI)
REGIONS = {"龙井市": LONGJING, "长沙市": CHANGSHA}
BUNDLES = {"新生儿出生一件事": "newborn", "开办餐饮店一件事": "catering", "开办旅馆一件事": "lodging"}
DEPARTMENTS = {
    "公安": "public_security",
    "医保": "healthcare_security",
    "人社": "human_resources",
    "社保": "social_insurance",
    "市场监管": "market_regulation",
    "城管": "urban_management",
    "消防": "fire_rescue",
    "税务": "tax",
    "卫健": "health",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in."""

    login: str
    name: str
    role: Role
    region: str = LONGJING
    department: str = ""
    window: str = ""


PEOPLE = (
    Person("wangfang", "王芳", Role.CLERK, window="3 号综合窗口"),
    Person("jinzhe", "金哲", Role.CLERK, window="3 号综合窗口"),
    Person("tanli", "谭丽", Role.CLERK, CHANGSHA, window="1 号综合窗口"),
    Person("liqiang", "李警官", Role.APPROVER, department="public_security"),
    Person("piaohao", "朴警官", Role.APPROVER, department="public_security"),
    Person("piaoyong", "朴局长", Role.DEPARTMENT_HEAD, department="public_security"),
    Person("zhouming", "周明", Role.SUPERVISOR),
    Person("fangzheng", "方正", Role.SUPERVISOR),
    Person("quanmingzhe", "全明哲", Role.GOVERNMENT_HEAD),
    Person("gaoyuan", "高远", Role.ADMINISTRATOR),
    Person("hanxue", "韩雪", Role.SECURITY_OFFICER),
    Person("linshu", "林书", Role.AUDITOR),
    *(
        Person(f"{department}-{region}", f"{place}{short}审批员", Role.APPROVER, region, department)
        for short, department in DEPARTMENTS.items()
        for place, region in REGIONS.items()
        if (short, region) != ("公安", LONGJING)
    ),
    Person("cuizhe", "崔局长", Role.DEPARTMENT_HEAD, department="market_regulation"),
    Person("nanju", "南局长", Role.DEPARTMENT_HEAD, department="health"),
)
BY_POST = {
    "综合窗口": "王芳",
    "监督员": "周明",
    "系统管理员": "高远",
    "安全管理员": "韩雪",
    "审计管理员": "林书",
}


def named(name: str) -> Person:
    """Somebody by name (李警官) or, where there is one of them, by post (监督员)."""
    return next(p for p in PEOPLE if p.name == BY_POST.get(name, name))


def approver(department: str, region: str = LONGJING) -> Person:
    """Who decides for a department, named in short (公安) or by id."""
    wanted = DEPARTMENTS.get(department, department)
    return next(p for p in PEOPLE if (p.department, p.region) == (wanted, region))


def clerk(region: str) -> Person:
    """Who sits at the window of a region."""
    return next(p for p in PEOPLE if p.window and p.region == region)
