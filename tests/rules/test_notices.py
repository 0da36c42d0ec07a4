"""What a paper must contain: one that lacks it cannot be built."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lianban.errors import Invalid
from lianban.rules import notices, remedies
from lianban.rules.catalog.types import Department
from lianban.rules.notices.wording import worded
from tests.printing import samples
from tests.rules.editions import item, wd


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ("facts", "审查查明的事实"),
        ("reason", "不予许可的理由"),
        ("basis", "法律依据"),
        ("remedy", "救济途径"),
        ("item", "事项"),
    ],
)
@pytest.mark.parametrize("empty", ["", "  \n"])
def test_a_refusal_without_reason_basis_or_remedy_cannot_be_built(part: str, named: str, empty: str) -> None:
    with pytest.raises(Invalid, match=f"文书缺少必备内容：{named}。请补全后再出具。"):
        samples.refusal(**{part: empty})


def test_only_a_permission_is_refused_under_the_permission_act() -> None:
    permit, register = samples.refusal(item="食品经营许可证新办"), samples.refusal(permission=False)
    assert permit["title"] == "不予许可决定书" and "行政许可法》第三十八条第二款" in permit["basis"]
    assert register["title"] == "不予办理决定书" and "行政许可法" not in register["basis"]


def test_acceptance_rests_on_the_permission_act_only_for_permissions() -> None:
    act = "《中华人民共和国行政许可法》第三十二条第一款第五项、第二款"
    assert notices.acceptance_basis(["行政许可"]) == act
    assert notices.acceptance_basis(["行政许可", "其他"]) == f"{act}（非许可事项参照执行）"
    assert notices.acceptance_basis(["行政确认", "行政给付"]) == f"各事项的办理依据，参照{act}"


def test_a_refusal_names_a_real_remedy() -> None:
    with pytest.raises(Invalid, match="请写明申请行政复议或者提起行政诉讼"):
        samples.refusal(remedy="如有疑问请来窗口咨询。")


def test_the_default_remedy_states_both_ways_their_bodies_and_periods() -> None:
    assert notices.remedy_text("长沙市人民政府", "长沙铁路运输法院") == (
        "如不服本决定，可以自收到本决定书之日起六十日内向长沙市人民政府申请行政复议，"
        "或者自收到本决定书之日起六个月内依法向长沙铁路运输法院提起行政诉讼。"
    )
    with pytest.raises(Invalid, match="有管辖权的人民法院"):
        notices.remedy_text("长沙市人民政府", "")


def test_an_item_whose_clock_waits_says_what_for() -> None:
    waiting = notices.AcceptedItem("社会保障卡申领", "人社局", notices.Deadline("30 个工作日"))
    with pytest.raises(Invalid, match="“社会保障卡申领”的起算条件"):
        notices.acceptance(
            authority=samples.CENTRE,
            applicant=notices.Party("王芳"),
            agent=None,
            bundle=samples.BUNDLE,
            case_number=samples.CASE,
            applied_on=samples.at(2).date(),
            accepted_at=samples.at(2),
            items=[waiting],
            commitment=notices.Deadline("5 个工作日", samples.at(9)),
            excludes="",
            clerk="赵窗口",
            enquiry=samples.ENQUIRY,
        )


def test_the_acceptance_says_what_a_provisional_date_is() -> None:
    content = samples.acceptance()
    assert content["items"][1]["statutory"]["due"] == "2026年11月30日（暂定）"
    assert "放假安排" in content["provisional_note"]


def test_a_receipt_before_acceptance_says_when_the_answer_is_due() -> None:
    say = worded(samples.receipt(accepted=False))["say"]
    assert "2026年11月9日前（自收到材料之日起五个工作日内）书面答复" in say["answer"]
    assert "另行出具《受理通知书》" in say["accepted"]


def test_what_was_not_granted_names_the_next_step() -> None:
    assert samples.closure()["summary"].startswith("共2个事项，其中准予1个，不予或者终止1个")
    with pytest.raises(Invalid, match="“出生登记”未予许可后的下一步"):
        samples.closure(next_step="")


def test_leaving_a_document_needs_a_witness() -> None:
    with pytest.raises(Invalid, match="留置送达必须写明见证人"):
        samples.delivery_receipt(method="left")
    assert samples.delivery_receipt(method="left", witness="居委会刘某")["method"] == "留置送达"
    with pytest.raises(Invalid, match="送达方式“pigeon”不存在"):
        samples.delivery_receipt(method="pigeon")


def test_a_number_names_authority_kind_year_and_six_digits() -> None:
    assert notices.number_text("龙政服", "acceptance", 2026, 123) == "龙政服受字〔2026〕第000123号"


@pytest.mark.parametrize("kind", list(samples.PAPERS))
def test_contents_are_plain_data(kind: str) -> None:
    content = samples.issued(kind)
    assert json.loads(json.dumps(content, ensure_ascii=False)) == content


def test_a_department_s_channel_on_the_web_stands_in_the_remedy() -> None:
    department = Department("d", "卫生健康局", "卫健", "市人民政府", "市人民法院", "https://fy.example.gov.cn")
    said = remedies.remedy(replace(item("i", "卫生许可", "d", wd(5)), remedy=""), department)
    assert "向市人民政府申请行政复议（网上渠道：https://fy.example.gov.cn）" in said
    assert remedies.online(said) and not remedies.lacking(said)
