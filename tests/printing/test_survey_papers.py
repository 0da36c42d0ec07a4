"""现场勘查通知书 and 联合现场勘查记录, cell by cell (domain F1)."""

from __future__ import annotations

import base64
import io
from datetime import date

import pikepdf
import pytest
from PIL import Image

from lianban.errors import Invalid
from lianban.outside import printing
from lianban.rules import notices
from lianban.rules.notices.surveys import Concluded, Pictured
from lianban.rules.notices.wording import worded
from tests.printing import looking, samples


def picture() -> str:
    """A photo as the record carries it."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), (90, 120, 160)).save(out, "JPEG")
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"


def printed(kind: str, **changed: object) -> bytes:
    """A paper as it is printed."""
    content = worded(samples.PAPERS[kind](**changed))  # type: ignore[arg-type]
    number = notices.number_text("长政服", kind, 2026, 1)
    whole = notices.numbered(content, number=number, code="7K3M9QX2A1B4C5D6", url=samples.ADDRESS)
    return printing.render_now(f"notices/{kind}.html", whole)


def test_the_notice_tells_when_where_who_comes_and_what_is_to_be_at_hand() -> None:
    pdf = printed("survey_notice")
    rows = looking.rows(pdf)
    assert ["勘查时间", "2026年11月3日9时30分至11时30分"] in rows
    assert ["勘查地点", "长沙市岳麓区新民路15号"] in rows
    assert [
        "食品经营许可证新办", "长沙市市场监督管理局", "赵一（湘A07-0101）、钱二（湘A07-0102）", "无",
    ] in rows  # fmt: skip
    fire = ["消防安全检查（一般流程）", "长沙市消防救援支队", "两名以上，到场出示证件"]
    assert [*fire, "场所平面布置图、灭火和应急疏散预案"] in rows
    said = looking.words(pdf)
    assert "第三十四条第三款" in said and "不因现场勘查停止计算" in said and "不收取任何费用" in said


def test_the_record_holds_findings_conclusion_and_places_to_sign() -> None:
    pdf = printed("survey_record")
    rows = looking.rows(pdf)
    assert ["有洗涤、消毒设施", "问题", "清洗池不足"] in rows
    assert ["结论", "整改后合格，请在2026年11月5日前整改完毕，由本部门复查"] in rows
    assert ["办理时限", "4个工作日（设施基本齐全）"] in rows
    assert ["没有勘查的事项", "消防安全检查（一般流程）（出警，另行勘查）"] in rows
    assert {"当事人意见", "当事人签名、日期", "见证人签名"} <= {row[0] for row in rows}
    assert "盖章处" not in looking.words(pdf)


def test_photos_stand_in_the_record_with_their_time() -> None:
    part = Concluded(
        "食品经营许可证新办", "长沙市市场监督管理局", samples.TEAM, "pass",
        photos=(Pictured("厨房　2026年11月3日9时41分拍摄", picture()),),
    )  # fmt: skip
    pdf = printed("survey_record", parts=[part])
    assert looking.says(pdf, "2026年11月3日9时41分拍摄")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = {one.objgen for page in opened.pages for one in page.get_images(recursive=False).values()}
    assert len(found) == 2  # the photo and the QR code


@pytest.mark.parametrize(
    ("kind", "changed", "why"),
    [
        ("survey_notice", {"items": []}, "勘查事项"),
        ("survey_notice", {"place": " "}, "勘查地点"),
        ("survey_notice", {"ends_at": samples.at(3, 8)}, "早于开始时间"),
        ("survey_record", {"parts": []}, "勘查结论"),
        (
            "survey_record",
            {"parts": [Concluded("消防安全检查", "消防", samples.TEAM[:1], "pass", rectify_by=date(2026, 11, 5))]},
            "不少于两人",
        ),
        ("survey_record", {"parts": [Concluded("消防安全检查", "消防", samples.TEAM, "")]}, "没有勘查结论"),
    ],
)
def test_what_lacks_a_part_is_not_issued(kind: str, changed: dict[str, object], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        samples.PAPERS[kind](**changed)  # type: ignore[arg-type]
