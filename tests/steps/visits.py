"""Joint on-site surveys through their pages: appointed by the window, held by the departments, followed by code."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from pytest_bdd import given, parsers, then, when

from lianban.casework.visits import checks, offering
from lianban.outside import clock
from lianban.outside.clock import SHANGHAI
from lianban.outside.database import transaction
from lianban.rules.actors import Actor
from tests.printing import looking
from tests.steps import applications, departments
from tests.steps.cast import LONGJING, NOW, approver
from tests.steps.papers import pdf_of
from tests.steps.site import Site
from tests.steps.visitor import Visitor, flat

ITEMS = {"市场监管": "food_permit", "消防": "fire_check"}
TEAMS = {"市场监管": "赵一/吉1、钱二/吉2", "消防": "孙三/消1、李四/消2"}
CONCLUSIONS = {"合格": "pass", "整改后合格": "pass_with_rectification", "不合格": "fail"}
HALVES = {"上午": 9, "下午": 14}
SHEET = ("记录.png", applications.picture(40, 20), "image/jpeg")


def task_of(site: Site, short: str) -> UUID:
    """The surveyed task of a department."""
    found: UUID = site.one("SELECT id FROM tasks WHERE case_id = $1 AND item = $2", site.case.case_id, ITEMS[short])
    return found


def visit_of(site: Site) -> UUID:
    """The latest visit of the case."""
    found: UUID = site.one("SELECT id FROM visits WHERE case_id = $1 ORDER BY made_at DESC LIMIT 1", site.case.case_id)
    return found


def at_visit(site: Site, who: str) -> Visitor:
    """Somebody at the page of the visit."""
    visitor = site.signed_in(approver(who) if who in ITEMS else who)
    visitor.opens(f"/visits/{visit_of(site)}")
    return visitor


def slot(site: Site, day: date, half: str) -> str:
    """A slot of the region as the form sends it, on whatever day."""
    found = site.one(
        "SELECT id FROM survey_slots WHERE region_code = $1 AND weekday = $2 AND extract(hour FROM starts_at) = $3",
        LONGJING,
        min(day.isoweekday(), 5),
        HALVES[half],
    )
    return f"{found} {day}"


def day_of(text: str) -> date:
    """11月3日 of the year of the scenarios."""
    month, _, rest = text.partition("月")
    return date(NOW.year, int(month), int(rest.rstrip("日")))


def team(text: str) -> dict[str, str]:
    """赵一/吉1、钱二/吉2 as the form sends it."""
    pairs = [each.partition("/") for each in text.split("、")]
    return {f"surveyor.{n}": name for n, (name, _, _) in enumerate(pairs)} | {
        f"certificate.{n}": number for n, (_, _, number) in enumerate(pairs)
    }


async def _all_answered(visit: UUID, task: UUID, by: Actor, at: datetime) -> None:
    async with transaction():
        listed = (await checks.lines(visit, [task])).get(task, [])
    for line in listed:
        await checks.answer(
            visit,
            task,
            line.position,
            answer="ok",
            version=line.version,
            by=by,
            at=at,
        )


def answer_all(site: Site, short: str) -> None:
    """Every line of the department's list is in order."""
    site.run(_all_answered, visit_of(site), task_of(site, short), site.actor(approver(short)), clock.now())


@given("一家龙井市餐饮店的食品经营许可和消防安全检查都要现场勘查")
def a_shop(site: Site) -> None:
    known = {"licence_held": "yes", "public_gathering": "yes", "fire_way": "general", "uscc": "91222405MA17XK4T9N"}
    site.case = applications.accepted(site, "catering", LONGJING, **known)
    for short, item in (("市场监管", "食品经营许可证新办"), ("消防", "消防安全检查")):
        departments.claim(site, short, item)
    site.run(offering.offered, LONGJING, set(), at=NOW)


@given(parsers.re(r"王芳约定(?P<day>\d+月\d+日)(?P<half>上午|下午)联合勘查"))
@when(parsers.re(r"王芳约定(?P<day>\d+月\d+日)(?P<half>上午|下午)联合勘查"))
def appoints(site: Site, day: str, half: str) -> None:
    window = site.signed_in("王芳")
    window.opens(f"/visits/new?case={site.case.case_id}")
    window.presses("约定并出具通知书", {"slot": slot(site, day_of(day), half), "place": "龙井市六道河路1号"})


@when(parsers.re(r"王芳硬要约定(?P<day>\d+月\d+日)(?P<half>上午|下午)联合勘查"))
def appoints_anyway(site: Site, day: str, half: str) -> None:
    appoints(site, day, half)
    assert site.page.status == 422


@given("没有别的安排")
def nothing_else() -> None:
    """An ordinary week."""


@given(parsers.re(r"消防登记(?P<day>\d+月\d+日)上午没有人手"))
def busy(site: Site, day: str) -> None:
    fire = site.signed_in(approver("消防"))
    fire.opens("/visits")
    fire.presses("登记没有人手", {"busy_day": f"{day_of(day)}", "busy_half": "am", "busy_reason": "训练"})


@given(parsers.re(r"(?P<day>\d+月\d+日)上午的时段停用"))
def closed(site: Site, day: str) -> None:
    window = site.signed_in("王芳")
    window.opens("/visits/slots")
    window.presses("保存", {f"quota.{slot(site, day_of(day), '上午').partition(' ')[0]}": "0"})


@when("王芳打开约定勘查的页面")
def opens_new(site: Site) -> None:
    site.signed_in("王芳").opens(f"/visits/new?case={site.case.case_id}")


@when(parsers.parse('市场监管打开任务"{item}"'))
def opens_task(site: Site, item: str) -> None:
    departments.at_task(site, approver("市场监管"), item)


@when(parsers.re(r'(?P<short>市场监管|消防)指派"(?P<names>[^"]+)"'))
def names_team(site: Site, short: str, names: str) -> None:
    officer = at_visit(site, short)
    officer.presses("登记勘查人员", team(names))


@when(parsers.re(r"到了(?P<day>\d+月\d+日)(?P<hour>\d\d:\d\d)"))
def time_passes(site: Site, day: str, hour: str) -> None:
    then_ = datetime.combine(day_of(day), time.fromisoformat(hour), SHANGHAI)
    clock.set_clock(lambda: then_)
    # Overnight everybody has been signed out.
    site.visitors.clear()


@given(parsers.re(r"两个部门(?P<day>\d+月\d+日)(?P<hour>\d\d:\d\d)正在勘查"))
def both_are_there(site: Site, day: str, hour: str) -> None:
    appoints(site, day, "上午")
    for short, names in TEAMS.items():
        names_team(site, short, names)
    time_passes(site, day, hour)
    for short in TEAMS:
        at_visit(site, short).presses("开始勘查")
        answer_all(site, short)


@when(parsers.re(r"消防硬要开始(?P<other>市场监管的)?勘查"))
def begins_anyway(site: Site, other: str | None) -> None:
    fire = at_visit(site, "消防")
    task = task_of(site, "市场监管" if other else "消防")
    fire.sends(f"/visits/{visit_of(site)}/beginning", task=str(task))
    assert fire.page.status == 422


@when(
    parsers.re(
        r'(?P<short>市场监管|消防)(?P<listed>逐条核查后)?得出结论"(?P<word>[^"]+)"(?:，写明"(?P<findings>[^"]+)")?'
        r'(?:，整改到(?P<until>\S+))?(?:，办理时限(?P<days>\d)个工作日，理由"(?P<reason>[^"]+)")?'
    )
)
def concludes(
    site: Site,
    short: str,
    word: str,
    listed: str | None,
    findings: str | None,
    until: str | None,
    days: str | None,
    reason: str | None,
) -> None:
    officer = at_visit(site, short)
    if listed:
        officer.presses("开始勘查")
        answer_all(site, short)
        officer.opens(f"/visits/{visit_of(site)}")
    given = {"conclusion": CONCLUSIONS[word], "findings": findings or "", "rectify_by": until or ""}
    if days:
        given |= {"limit": f"{days}wd", "limit_reason": reason or ""}
    officer.presses("作出勘查结论", given)


@when("市场监管书面复查合格")
def desk_check(site: Site) -> None:
    officer = departments.at_task(site, approver("市场监管"), "食品经营许可证新办")
    given = {"conclusion": "pass", "findings": "照片核对无误", "desk": "yes", **departments.team(["赵一", "钱二"])}
    officer.presses("登记勘查", given)


@when(parsers.re(r'王芳改到(?P<day>\d+月\d+日)(?P<half>上午|下午)，理由"(?P<reason>[^"]+)"'))
def rearranges(site: Site, day: str, half: str, reason: str) -> None:
    window = at_visit(site, "王芳")
    chosen = {"slot": slot(site, day_of(day), half), "reason": reason}
    if window.page.has_button("改期并重新通知"):
        window.presses("改期并重新通知", chosen)
    else:
        version = site.one("SELECT version FROM visits WHERE id = $1", visit_of(site))
        window.sends(f"/visits/{visit_of(site)}/change", **chosen, version=str(version))


@given("本地一次勘查最多改期1次")
def once_only(site: Site) -> None:
    admin = site.signed_in("系统管理员")
    admin.opens("/admin/policy")
    admin.presses("保存为新的一版", {"survey_changes": "1"})


@when("申请人查询进度")
def tracks(site: Site) -> None:
    site.visitor("申请人").opens(f"/c/{site.case.number}?code={site.case.query_code}")


@when(parsers.parse('申请人希望改到{day}，原因"{reason}"'))
def wishes_another_time(site: Site, day: str, reason: str) -> None:
    applicant = site.visitor("申请人")
    applicant.opens(f"/c/{site.case.number}?code={site.case.query_code}")
    applicant.presses("提出", {"wished_on": day, "half": "pm", "wish_reason": reason})


@when(parsers.parse('王芳把"{slot}"改为"{places}"件'))
def sets_places(site: Site, slot: str, places: str) -> None:
    clerk = site.signed_in("王芳")
    clerk.opens("/visits/slots")
    clerk.presses("保存", {clerk.page.name_of(slot): places})


@when(parsers.re(r'(?P<who>市场监管|王芳)登记(?P<missing>申请人|消防)没有到场，情况"(?P<said>[^"]+)"'))
def was_missing(site: Site, who: str, missing: str, said: str) -> None:
    visitor = at_visit(site, who)
    if missing == "申请人":
        visitor.presses("登记未能进行", {"who": "applicant", "reason": said})
    else:
        part = visitor.page.parts(f"//div[@id='part-{task_of(site, '消防')}']//button")[-1]
        visitor.page = type(visitor.page)(visitor.submits(part, {"reason": said}))


@when(parsers.parse('市场监管登记当事人拒绝签名，理由"{reason}"，见证人"{witness}"'))
def refuses(site: Site, reason: str, witness: str) -> None:
    at_visit(site, "市场监管").presses("登记拒绝签名", {"refused_reason": reason, "witness": witness})


@when(parsers.parse('市场监管上传"{name}"签名的记录'))
def signs(site: Site, name: str) -> None:
    at_visit(site, "市场监管").presses("登记签名", {"signed_by": name}, files=[("scan", SHEET)])


@given("记下市场监管任务的法定时限和承诺时限")
def remembers(site: Site) -> None:
    site.said = limits(site)


def limits(site: Site) -> str:
    """Both limits of the food permit, as the database has them."""
    return str(
        site.one(
            "SELECT string_agg(kind || ' ' || promised_due || ' ' || computed_due, ';' ORDER BY kind) FROM clocks"
            " WHERE task_id = $1 AND kind IN ('committed', 'statutory') AND stopped_at IS NULL",
            task_of(site, "市场监管"),
        )
    )


@then("市场监管任务的法定时限和承诺时限没有变")
def limits_stand(site: Site) -> None:
    assert limits(site) == site.said and "statutory" in site.said


@then(parsers.parse('市场监管任务的承诺时限是"{when_}"'))
def committed_is(site: Site, when_: str) -> None:
    due = site.one(
        "SELECT promised_due FROM clocks WHERE task_id = $1 AND kind = 'committed'", task_of(site, "市场监管")
    )
    assert f"{due.astimezone(SHANGHAI):%Y年%-m月%-d日 %H:%M}" == when_


@then("勘查里有市场监管和消防")
def both_are_in(site: Site) -> None:
    site.page.says("食品经营许可证新办", "消防安全检查", "龙井市市场监督管理局", "龙井市消防救援大队")


@then(parsers.parse('通知书写着"{words}"'))
def notice_says(site: Site, words: str) -> None:
    _paper_says(site, "打印通知书", words)


@then(parsers.parse('联合勘查记录写着"{words}"'))
def record_says(site: Site, words: str) -> None:
    _paper_says(site, "打印联合勘查记录", words)


def _paper_says(site: Site, link: str, words: str) -> None:
    window = at_visit(site, "王芳")
    pdf = pdf_of(window.follows(link))
    assert looking.says(pdf, flat(words)), (words, looking.words(pdf))


@then("原来的通知书已被代替")
def superseded(site: Site) -> None:
    found = site.one(
        "SELECT count(*) FROM papers WHERE case_id = $1 AND kind = 'survey_notice' AND superseded_by IS NOT NULL",
        site.case.case_id,
    )
    assert found == 1


@then(parsers.parse('页面上没有"{word}"按钮'))
def no_button(site: Site, word: str) -> None:
    assert not site.page.has_button(word)


@then("没有约定任何勘查")
def nothing_appointed(site: Site) -> None:
    assert site.one("SELECT count(*) FROM visits") == 0


@then(parsers.parse('"开始勘查"按不动，写明{why}'))
def greyed(site: Site, why: str) -> None:
    button = site.page.button("开始勘查")
    assert button.get("disabled") is not None
    assert flat(why) in site.page.text_of(button.getparent())


@then(parsers.re(r'(?P<short>市场监管|消防)可以准予"(?P<item>[^"]+)"'))
def may_grant(site: Site, short: str, item: str) -> None:
    officer = departments.at_task(site, approver(short), item)
    assert officer.page.button("准予").get("disabled") is None


@then(parsers.re(r'(?P<short>市场监管|消防)不能准予"(?P<item>[^"]+)"，因为"(?P<why>[^"]+)"'))
def may_not_grant(site: Site, short: str, item: str, why: str) -> None:
    officer = departments.at_task(site, approver(short), item)
    assert officer.page.button("准予").get("disabled") is not None
    officer.page.says(why)


@then("签名的记录和上传的一样")
def sheet_is_kept(site: Site) -> None:
    officer = at_visit(site, "市场监管")
    assert officer.client.get(f"/visits/{visit_of(site)}/signed").content == SHEET[1]


@then("市场监管的任务列表、任务页面和勘查列表都标明整改期限已过")
def recheck_overdue(site: Site) -> None:
    officer = site.signed_in(approver("市场监管"))
    for address, words in (
        ("/tasks?state=mine", "整改期限已过，待复查"),
        (f"/tasks/{task_of(site, '市场监管')}", "整改期限 2026年11月5日 已过，请复查"),
        ("/visits", "整改到 2026年11月5日，已过期，请复查"),
    ):
        officer.opens(address)
        site.page.says(words)
