"""What `catalog check` and `catalog show` say."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from lianban.errors import Invalid, NotFound
from lianban.rules.catalog.loading import SHIPPED
from lianban.rules.showing import check_report, edition_of, report_lines, show, taken


def test_show_has_the_shape_that_others_rely_on() -> None:
    shown = show("newborn", "222405", {})
    assert (shown["bundle"], shown["region"]) == ("newborn", "222405")
    assert {"id", "ask", "options"} <= shown["questions"][0].keys()
    assert {"id", "label"} == shown["questions"][0]["options"][0].keys()
    assert {"items", "fields", "materials", "open", "counters"} <= shown["plan"].keys()
    assert set(shown["plan"]["counters"]) == {"papers", "fields", "trips", "days"}
    assert all(line["id"] for key in ("items", "fields", "materials", "open") for line in shown["plan"][key])
    assert json.loads(json.dumps(shown)) == shown


def test_answers_may_be_given_by_id_or_by_label() -> None:
    edition = edition_of("newborn", "222405")
    assert taken(edition, {"applicant_role": "父亲"}) == taken(edition, {"applicant_role": "father"})


def test_unknown_names_are_refused_with_the_choices() -> None:
    with pytest.raises(NotFound, match="newborn（222405）"):
        show("newborn", "999999", {})
    with pytest.raises(Invalid, match="可以回答的有：applicant_role"):
        show("newborn", "222405", {"colour": "red"})
    with pytest.raises(Invalid, match=r"可选：.*father（父亲）"):
        show("newborn", "222405", {"applicant_role": "uncle"})


def test_everything_shipped_may_be_published() -> None:
    report = check_report()
    assert report["sound"]
    lines = report_lines(report)
    assert any(line.startswith("新生儿出生一件事（222405）：验证情形 ") and "可以发布" in line for line in lines)
    assert any("　" in line and "来源：" in line for line in lines)


def test_a_broken_folder_is_told_by_file_and_line(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "catalog")
    bundle = tmp_path / "catalog" / "222405" / "bundles" / "newborn.yaml"
    text = bundle.read_text(encoding="utf-8")
    bundle.write_text(
        text.replace(
            "  - item: birth_registration\n", "  - item: birth_registration\n    after: [medical_insurance]\n"
        ),
        encoding="utf-8",
    )
    report = check_report([bundle])
    assert not report["sound"]
    (line,) = [line for line in report_lines(report) if "错误　" in line]
    number = text.splitlines().index("  - item: birth_registration") + 2
    assert f"newborn.yaml:{number}：" in line
    assert "前置事项互相等待" in line
    folder = check_report([tmp_path / "catalog" / "430100"])
    assert folder["sound"] and {each["region"] for each in folder["editions"]} == {"430100"}


def test_a_path_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="找不到套餐文件"):
        check_report([tmp_path / "nothing.yaml"])
