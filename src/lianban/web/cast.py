"""The people of the demonstration's two places. A real installation has neither them nor their password."""

from __future__ import annotations

from dataclasses import dataclass

from lianban.rules.actors import Role

PASSWORD = "Lianban-2026"
LONGJING, CHANGSHA = "222405", "430100"
PLACES = {LONGJING: "龙井市", CHANGSHA: "长沙市"}


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody in the demonstration: how to sign in, the post, and what to try first."""

    region: str
    login: str
    name: str
    post: str
    roles: tuple[Role, ...]
    first: str
    department: str = ""
    window: str = ""


def _clerk(region: str, login: str, name: str, window: str, first: str) -> DemoPerson:
    return DemoPerson(region, login, name, "综合窗口", (Role.CLERK,), first, window=window)


def _head(region: str, login: str, name: str, department: str, bureau: str, first: str) -> DemoPerson:
    return DemoPerson(region, login, name, f"{bureau}负责人", (Role.DEPARTMENT_HEAD,), first, department)


def _approver(region: str, login: str, name: str, department: str, bureau: str, first: str) -> DemoPerson:
    return DemoPerson(region, login, name, f"{bureau}审批", (Role.APPROVER,), first, department)


PEOPLE = (
    _clerk(LONGJING, "wangfang", "王芳", "3 号综合窗口", "为“新生儿出生一件事”新建办件，填一张表，受理并打印。"),
    _approver(LONGJING, "liqiang", "李强", "public_security", "公安局", "签收“出生登记”，填写公民身份号码，准予。"),
    _approver(
        LONGJING, "jinyingshu", "金英淑", "healthcare_security", "医保局", "看出生登记办好后，身份号码怎样自动送到。"
    ),
    _approver(LONGJING, "zhaomin", "赵敏", "human_resources", "人社局", "办理社会保障卡申领。"),
    _approver(LONGJING, "cuizhe", "崔哲", "social_insurance", "社保局", "办理护理补贴。"),
    _approver(
        LONGJING, "sunjianguo", "孙建国", "market_regulation", "市场监管局", "审查一家餐饮店，记录现场勘查，发证。"
    ),
    _approver(LONGJING, "xuchang", "许昌浩", "fire_rescue", "消防救援大队", "办理消防安全检查。"),
    _approver(LONGJING, "wuting", "吴婷", "urban_management", "城管局", "办理户外招牌。"),
    _approver(LONGJING, "zhengkai", "郑凯", "tax", "税务局", "确认税务信息。"),
    _approver(LONGJING, "nanmeiyu", "南美玉", "health", "卫健局", "审查一家旅馆的卫生许可。"),
    _approver(
        *(LONGJING, "jiangzhezhu", "姜哲洙", "market_regulation", "市场监管局"),
        "今天外出培训，由孙建国代岗：看代岗安排，再看代办的每一步怎样记下两个人。",
    ),
    _head(LONGJING, "piaoyong", "朴勇", "public_security", "公安局", "看本部门的任务，移交给别人，批准查阅申请。"),
    _head(
        LONGJING,
        "jinshunzi",
        "金顺子",
        "market_regulation",
        "市场监管局",
        "批准一份延期申请；在“好差评”接收一条差评，或者申诉。",
    ),
    _head(LONGJING, "liuzhen", "刘振", "fire_rescue", "消防救援大队", "决定是否撤销一件承诺不实、逾期不改的许可。"),
    _head(LONGJING, "hanying", "韩英", "health", "卫健局", "看一个正在检验的办件：期限哪几天暂停，为什么。"),
    DemoPerson(
        *(LONGJING, "zhouming", "周明", "监督员", (Role.SUPERVISOR,)),
        "看预警牌，审批一张牌的解除；在“好差评”的“整改”里核实一条差评。",
    ),
    DemoPerson(
        *(LONGJING, "quanmingzhe", "全明哲", "政府负责人", (Role.GOVERNMENT_HEAD,)),
        "看本地区全部办件走到哪一步、还剩多少时间。",
    ),
    DemoPerson(
        *(LONGJING, "gaoyuan", "高远", "系统管理员", (Role.ADMINISTRATOR,)),
        "看事项目录和核验报告；在“评价点”打印窗口的二维码，扫一下试试。",
    ),
    DemoPerson(*(LONGJING, "hanxue", "韩雪", "安全管理员", (Role.SECURITY_OFFICER,)), "看人员名单，解除登录锁定。"),
    DemoPerson(*(LONGJING, "linshu", "林书", "审计管理员", (Role.AUDITOR,)), "核验办件日志是否完整。"),
    _clerk(CHANGSHA, "tanli", "谭丽", "1 号综合窗口", "看同一件事在长沙怎样办：7 个事项、5 个工作日。"),
    _approver(CHANGSHA, "pengtao", "彭涛", "health", "卫健委", "签发出生医学证明，公安随后收到任务。"),
    _approver(CHANGSHA, "liuyang", "刘洋", "public_security", "公安局", "办理出生登记。"),
    _approver(CHANGSHA, "heping", "何萍", "healthcare_security", "医保局", "办理参保登记和生育待遇。"),
    _approver(CHANGSHA, "tangwei", "唐伟", "human_resources", "人社局", "办理社会保障卡申领。"),
    _approver(CHANGSHA, "zengqian", "曾倩", "market_regulation", "市场监管局", "核验营业执照，审查食品经营许可。"),
    _approver(CHANGSHA, "xiongjun", "熊军", "urban_management", "城管局", "办理户外招牌。"),
    _approver(CHANGSHA, "caobin", "曹斌", "fire_rescue", "消防救援支队", "办理消防安全检查。"),
)
