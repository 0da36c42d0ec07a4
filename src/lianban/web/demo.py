"""The demonstration's people: one click each on the start page. Only where the installation says it is one."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Router, post
from litestar.response import Redirect

from lianban.errors import NotFound
from lianban.outside.settings import settings
from lianban.rules.actors import Role
from lianban.web.context import Req, address_of
from lianban.web.forms import Form
from lianban.web.signin import open_session

PASSWORD = "Lianban-2026"
"""Of everybody in the demonstration; a real installation has neither these people nor this password."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the small town: how to sign in, the post, and what to try first."""

    login: str
    name: str
    post: str
    roles: tuple[Role, ...]
    first: str
    department: str = ""
    window: str = ""


LONGJING = "222405"
PEOPLE = (
    DemoPerson(
        *("wangfang", "王芳", "综合窗口", (Role.CLERK,)),
        first="为“新生儿出生一件事”新建办件，填一张表，受理并打印。",
        window="3 号综合窗口",
    ),
    DemoPerson(
        *("liqiang", "李强", "公安局审批", (Role.APPROVER,)),
        first="签收“出生登记”，填写公民身份号码，准予。",
        department="public_security",
    ),
    DemoPerson(
        *("jinyingshu", "金英淑", "医疗保障局审批", (Role.APPROVER,)),
        first="看出生登记办好后，身份号码怎样自动送到。",
        department="healthcare_security",
    ),
    DemoPerson(
        *("cuizhe", "崔哲", "社会保险局审批", (Role.APPROVER,)),
        first="办理护理补贴。",
        department="social_insurance",
    ),
    DemoPerson(
        *("zhaomin", "赵敏", "人力资源和社会保障局审批", (Role.APPROVER,)),
        first="办理社会保障卡申领。",
        department="human_resources",
    ),
    DemoPerson(
        *("sunjianguo", "孙建国", "市场监督管理局审批", (Role.APPROVER,)),
        first="审查一家餐饮店，登记现场勘查。",
        department="market_regulation",
    ),
    DemoPerson(
        *("maqing", "马青", "城市管理执法局审批", (Role.APPROVER,)),
        first="办理户外招牌设置。",
        department="urban_management",
    ),
    DemoPerson(
        *("heyan", "何岩", "消防救援大队审批", (Role.APPROVER,)),
        first="登记消防现场勘查，作出检查意见。",
        department="fire_rescue",
    ),
    DemoPerson(
        *("xulan", "徐兰", "税务局审批", (Role.APPROVER,)),
        first="确认税务信息。",
        department="tax",
    ),
    DemoPerson(
        *("luping", "陆平", "卫生健康局审批", (Role.APPROVER,)),
        first="审查旅馆的公共场所卫生许可。",
        department="health",
    ),
    DemoPerson(
        *("piaoyong", "朴勇", "公安局负责人", (Role.DEPARTMENT_HEAD,)),
        first="看本部门的任务，把任务转交给别人，批准查阅申请。",
        department="public_security",
    ),
    DemoPerson(
        *("zhouming", "周明", "监督员", (Role.SUPERVISOR,)),
        first="看全部办件的时限；申请查阅一份新生儿档案。",
    ),
    DemoPerson(
        *("gaoyuan", "高远", "系统管理员", (Role.ADMINISTRATOR,)),
        first="看事项目录和校验报告，增加一名工作人员。",
    ),
    DemoPerson(
        *("hanxue", "韩雪", "安全管理员", (Role.SECURITY_OFFICER,)),
        first="看人员名单，解除登录锁定。",
    ),
    DemoPerson(
        *("linshu", "林书", "审计管理员", (Role.AUDITOR,)),
        first="验证办件日志的完整性。",
    ),
)


def demo_people() -> tuple[DemoPerson, ...]:
    """The people to offer: nobody in a real installation."""
    return PEOPLE if settings().demo else ()


@post("/demo/signin")
async def sign_in(request: Req) -> Redirect:
    """Sign in as one of them."""
    login = (await Form.of(request)).text("login")
    if login not in {one.login for one in demo_people()}:
        raise NotFound("没有找到这个演示人物，请从首页选择。")
    return await open_session(login, PASSWORD, "演示电脑", "", address_of(request))


router = Router("/", route_handlers=[sign_in], include_in_schema=False)
