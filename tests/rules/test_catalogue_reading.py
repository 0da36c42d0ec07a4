"""Each kind of fault in a catalogue file is told with its file, its line, its field and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianban.rules.catalog.loading import CatalogueFaults, contacts, load_edition
from lianban.rules.catalog.types import Basis, Limit, Unit
from lianban.rules.conditions import AllOf, AnyOf, Is, Not

FILES = {
    "common/elements.yaml": """\
option_lists:
  colours:
    red: 红
    blue: 蓝
elements:
  shop:
    label: 店名
    kind: text
    section: 店铺
    example: 8:30
  area:
    label: 面积
    kind: number
    section: 店铺
  size:
    label: 大小
    kind: choice
    section: 店铺
    options: {small: 小, large: 大}
    derived: {band: area, at: [300]}
  sign:
    label: 招牌颜色
    kind: choice
    section: 店铺
    options: colours
  held:
    label: 是否已有执照
    kind: yes_no
    section: 情形
  unused:
    label: 没有谁用
    kind: text
    section: 店铺
""",
    "common/materials.yaml": """\
materials:
  plan:
    name: 平面图
    source: "10"
    form:
      title: 平面图说明
      lines: |
        店名 {shop}
        面积 {area} 平方米
  letter:
    name: 没有谁要的信
    source: "99"
""",
    "222405/departments.yaml": """\
departments:
  market:
    name: 龙井市市场监督管理局
    short: 市监
""",
    "222405/items/licence.yaml": """\
name: 执照
code: 000123020000
department: market
kind: 行政许可
basis:
  - 《市场主体登记管理条例》第十六条
  - 国办发〔2022〕32号
committed: 3wd
result: 执照
fields:
  - shop
  - {element: area, when: {held: no}}
materials:
  - material: plan
    when:
      any:
        - {size: large, held: [yes, no]}
        - not: {sign: red}
""",
    "222405/bundles/shop.yaml": """\
name: 开店
region_name: 龙井市
centre: 龙井市政务服务中心
version: "1"
valid_from: 2026-01-01
lead: market
joint_mode: none
commitment: 2wh
items:
  - licence
questions:
  - {element: held, ask: 有执照吗？}
""",
}


def town(folder: Path, **changes: tuple[str, str]) -> Path:
    """A small catalogue in `folder`; `changes` replace text, by the stem of the file. Returns the bundle's path."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.stem in changes:
            old, new = changes[path.stem]
            assert old in text
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return folder / "222405/bundles/shop.yaml"


def faults(path: Path) -> list[tuple[str, int, str, str]]:
    with pytest.raises(CatalogueFaults) as caught:
        load_edition(path)
    return [(Path(one.file).name, one.line, one.field, one.sentence) for one in caught.value.faults]


def test_a_sound_catalogue_is_read_as_text(tmp_path: Path) -> None:
    edition = load_edition(town(tmp_path))
    licence = edition.items["licence"]
    assert licence.code == "000123020000"
    assert edition.elements["shop"].example == "8:30"
    assert licence.committed == Limit(3, Unit.WORKING_DAYS)
    assert edition.bundle.commitment == Limit(2, Unit.OFFICE_HOURS)
    assert licence.basis == (Basis("《市场主体登记管理条例》", "第十六条"), Basis("国办发〔2022〕32号"))
    assert [use.element for use in licence.fields] == ["shop", "area"]
    assert licence.fields[1].when == Is("held", ("no",))
    assert licence.materials[0].when == AnyOf(
        (AllOf((Is("size", ("large",)), Is("held", ("yes", "no")))), Not(Is("sign", ("red",))))
    )
    assert [option.label for option in edition.elements["held"].options] == ["是", "否"]
    assert [option.label for option in edition.elements["sign"].options] == ["红", "蓝"]


def test_an_edition_holds_only_what_its_bundle_speaks_of(tmp_path: Path) -> None:
    edition = load_edition(town(tmp_path))
    assert list(edition.elements) == ["shop", "area", "size", "sign", "held"]
    assert list(edition.materials) == ["plan"]
    assert list(edition.departments) == ["market"]


def test_a_part_without_its_own_basis_rests_on_the_items(tmp_path: Path) -> None:
    licence = load_edition(town(tmp_path)).items["licence"]
    assert licence.materials[0].basis == Basis("《市场主体登记管理条例》", "第十六条")


def test_every_part_knows_its_line(tmp_path: Path) -> None:
    edition = load_edition(town(tmp_path))
    assert edition.place("items.licence.materials.0.when").line == 15
    assert edition.place("items.licence.materials.0.necessity").line == 14, "the part around it that is known"
    assert edition.place("elements.size").line == 15
    assert edition.place("bundle.items.0").line == 10
    assert edition.place("nonsense").line == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "field", "words"),
    [
        ("licence", "kind: 行政许可", "kid: 行政许可", 4, "kid", "没有“kid”这个字段"),
        ("licence", "kind: 行政许可\n", "", 1, "", "缺少必填字段“kind”"),
        ("licence", "kind: 行政许可\n", "kind: 行政许可\nkind: 其他\n", 5, "kind", "与第 4 行重复"),
        ("licence", "kind: 行政许可", "kind:", 4, "kind", "没有填写内容"),
        ("licence", "kind: 行政许可", "kind: [行政许可]", 4, "kind", "应当是一段文字"),
        ("licence", "committed: 3wd", "committed: 三天", 8, "committed", "“三天”不是时限"),
        ("licence", "committed: 3wd", "committed: 0wd", 8, "committed", "不是时限"),
        ("licence", "department: market", "department: tax", 3, "department", "没有“tax”这个部门"),
        ("licence", "  - shop\n", "  - shopp\n", 11, "fields 第1项 element", "没有“shopp”这个数据要素"),
        ("licence", "material: plan", "material: plans", 14, "materials 第1项 material", "没有“plans”这份材料"),
        ("licence", "{held: no}", "{held: maybe}", 12, "fields 第2项 when", "没有“maybe”这个取值"),
        ("licence", "{held: no}", "{shop: no}", 12, "fields 第2项 when", "条件只能看取值有限的要素"),
        ("licence", "{held: no}", "{}", 12, "fields 第2项 when", "条件是空的"),
        ("licence", "{held: no}", "sometimes", 12, "fields 第2项 when", "条件应写成"),
        ("licence", "committed: 3wd", "committed: &a 3wd", 8, "", "不支持锚点"),
        ("licence", "committed: 3wd", "committed: !!int 3", 8, "", "不支持类型标签"),
        ("licence", "committed: 3wd", "committed: [3wd", 9, "", "YAML 格式有误：括号没有配对"),
        ("licence", "kind: 行政许可", "kind: 许可: 行政", 4, "", "YAML 格式有误：这里不能有冒号"),
        ("licence", "committed: 3wd", "committed:\n\t3wd", 9, "", "制表符"),
        (
            "licence",
            "  - 《市场主体登记管理条例》第十六条\n  - 国办发〔2022〕32号",
            "  []",
            5,
            "basis",
            "至少要写一条办理依据",
        ),
        ("licence", "code: 000123020000", "complex: 也许", 2, "complex", "只能写 true 或 false"),
        ("shop", "valid_from: 2026-01-01", "valid_from: 2026-02-30", 5, "valid_from", "不是日期"),
        ("shop", "joint_mode: none", "joint_mode: maybe", 7, "joint_mode", "none、unified、joint、centralised"),
        ("shop", "  - licence\n", "  - licences\n", 10, "items 第1项 item", "找不到事项文件 items/licences.yaml"),
        ("shop", "  - licence\n", "  - ../items/licence\n", 10, "items 第1项 item", "找不到事项文件"),
        ("shop", "  - licence\n", "  - licence\n  - licence\n", 11, "items 第2项 item", "列了两次"),
        ("shop", "  - licence\n", "  - {item: licence, after: [seal]}\n", 10, "items 第1项 after", "前置事项“seal”"),
        ("shop", "  - licence\n", "  licence: 执照\n", 9, "items", "这里应当是列表"),
        (
            "shop",
            "name: 开店",
            "name: 开店\nexceptions: [{rule: luck, reason: 无}]",
            2,
            "exceptions 第1项 rule",
            "没有“luck”",
        ),
        ("elements", "at: [300]", "at: [300, 200]", 20, "elements size derived", "从小到大"),
        ("elements", "at: [300]", "at: [100, 300]", 15, "elements size", "选项比分界数值多一个"),
        ("elements", "options: colours", "options: colors", 25, "elements sign options", "没有“colors”这个选项表"),
        ("elements", "  unused:", "  Unused-1:", 30, "elements Unused-1", "不能作编号"),
        ("elements", "  unused:", "  any:", 30, "elements any", "不能作编号"),
        ("elements", "kind: number", "kind: nummer", 13, "elements area kind", "不在可用的取值之内"),
        ("materials", "{area}", "{areal}", 7, "materials plan form lines", "没有“areal”这个数据要素"),
        ("materials", "  letter:", "  plan:", 10, "materials plan", "与第 2 行重复"),
    ],
)
def test_a_fault_is_told_with_its_place(
    tmp_path: Path, file: str, old: str, new: str, line: int, field: str, words: str
) -> None:
    found = faults(town(tmp_path, **{file: (old, new)}))
    assert [one for one in found if one[:3] == (f"{file}.yaml", line, field) and words in one[3]], found


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    path = town(
        tmp_path,
        licence=("kind: 行政许可\n", ""),
        shop=("valid_from: 2026-01-01", "valid_from: 明年"),
        departments=("short: 市监", "shortname: 市监"),
    )
    assert {one[0] for one in faults(path)} == {"licence.yaml", "shop.yaml", "departments.yaml"}


def test_the_sentence_names_file_and_line(tmp_path: Path) -> None:
    path = town(tmp_path, licence=("kind: 行政许可", "kid: 行政许可"))
    with pytest.raises(CatalogueFaults) as caught:
        load_edition(path)
    assert f"{tmp_path}/222405/items/licence.yaml:4：〔kid〕没有“kid”这个字段" in caught.value.sentence


def test_a_file_that_is_not_utf_8_is_refused_with_the_line(tmp_path: Path) -> None:
    path = town(tmp_path)
    path.write_bytes("name: shop\ncentre: 中心\n".encode("gb18030"))
    assert ("shop.yaml", 2, "", "文件不是 UTF-8 编码，请用 UTF-8 另存后再试。") in faults(path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = town(tmp_path)
    path.write_text(FILES["222405/bundles/shop.yaml"], encoding="utf-8-sig")
    assert load_edition(path) == load_edition(town(tmp_path / "other"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "文件是空的"),
        ("# 只有注释\n", "文件是空的"),
        ("a: b\n---\na: c\n", "只能有一份内容"),
        ("- a\n- b\n", "“字段: 内容”的形式"),
        ("a: " + "[" * 5000, "嵌套超过"),
        ("a: b\x00c\n", "看不见的控制字符"),
        ("a: *a\n", "不支持锚点"),
        ("a: " + "x" * 1_000_001, "请拆分"),
    ],
)
def test_what_is_no_catalogue_file_is_refused(tmp_path: Path, content: str, words: str) -> None:
    path = town(tmp_path)
    path.write_text(content, encoding="utf-8")
    assert any(words in one[3] for one in faults(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = town(tmp_path)
    (tmp_path / "222405/departments.yaml").unlink()
    assert any(one[0] == "departments.yaml" and "文件打不开" in one[3] for one in faults(path))


def test_a_region_adds_to_the_common_elements_and_replaces_them(tmp_path: Path) -> None:
    path = town(tmp_path)
    (tmp_path / "222405/elements.yaml").write_text(
        "elements:\n  shop:\n    label: 字号\n    kind: text\n    section: 店铺\n", encoding="utf-8"
    )
    assert load_edition(path).elements["shop"].label == "字号"


def test_contacts_are_read_apart_from_the_edition(tmp_path: Path) -> None:
    town(tmp_path)
    before = load_edition(tmp_path / "222405/bundles/shop.yaml").content_hash
    (tmp_path / "222405/contacts.yaml").write_text(
        "centre: {phone: 0433-0000000}\ndepartments:\n  market: {address: 一楼 3 号窗口}\n", encoding="utf-8"
    )
    found = contacts("222405", tmp_path)
    assert found.centre.phone == "0433-0000000"
    assert found.departments["market"].address == "一楼 3 号窗口"
    assert load_edition(tmp_path / "222405/bundles/shop.yaml").content_hash == before
    assert contacts("999999", tmp_path).departments == {}
