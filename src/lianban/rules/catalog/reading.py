"""Reading catalogue files: YAML at node level, every scalar text with its place.

Plain loaders turn 000123020000 and 8:30 into other numbers and keep the last of two equal keys in
silence; here nothing is resolved, and whatever cannot be taken becomes a `Fault` with file, line,
field and a Chinese sentence. Reading goes on after a fault, so that one run shows all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from lianban.errors import Invalid
from lianban.rules.catalog.types import Place

MAX_BYTES = 1_000_000
MAX_DEPTH = 24

PROBLEMS = (
    ("mapping values are not allowed", "这里不能有冒号，文字里的冒号请连同文字加引号"),
    ("expected ',' or", "括号没有配对，或者少了逗号"),
    ("could not find expected ':'", "少了冒号，冒号后面要有空格"),
    ("did not find expected key", "缩进没有对齐，或者少了冒号"),
    ("did not find expected '-' indicator", "列表各项的“- ”没有对齐"),
    ("did not find expected node content", "这里少了内容"),
    ("block collections are not allowed", "列表的“- ”应当另起一行"),
    ("cannot start any token", "不能以这个字符开头，制表符请改成空格，文字请加引号"),
    ("unexpected end of stream", "引号或者括号没有配对"),
    ("found a tab character", "缩进只能用空格，不能用制表符"),
    ("expected comment or line break", "“|”“>”之后应当换行"),
    ("are not allowed in this context", "“? ”或者“- ”不能放在这里，文字请加引号"),
    ("control characters are not allowed", "含有看不见的控制字符"),
    ("did not find expected <document start>", "内容结束以后还有多余的文字，请检查缩进"),
)
"""What libyaml says, and what it means to somebody who never heard of it."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where, in a sentence that tells how to put it right."""

    file: str
    line: int
    field: str
    sentence: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}：{f'〔{self.field}〕' if self.field else ''}{self.sentence}"


class CatalogueFaults(Invalid):
    """Files that cannot be taken; `faults` holds every fault found, in the order of the files."""

    code = "catalogue-faults"

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(slots=True)
class Faults:
    """Collects faults while reading goes on."""

    found: list[Fault] = field(default_factory=list)

    def add(self, place: Place, path: str, sentence: str) -> None:
        """Note a fault; the same one is noted once."""
        fault = Fault(place.file, place.line, shown(path), sentence)
        if fault not in self.found:
            self.found.append(fault)

    def stop(self) -> None:
        """Raise `CatalogueFaults` when there are any."""
        if self.found:
            raise CatalogueFaults(self.found)


def shown(path: str) -> str:
    """A path such as `materials.0.when` as people count: `materials 第1项 when`."""
    return " ".join(f"第{int(part) + 1}项" if part.isdigit() else part for part in path.split(".") if part)


@dataclass(frozen=True, slots=True)
class Entry:
    """A YAML node with its place, its path inside the file and the collector of faults."""

    node: yaml.Node
    place: Place
    path: str
    faults: Faults

    def fault(self, sentence: str) -> None:
        """Note a fault at this entry."""
        self.faults.add(self.place, self.path, sentence)

    def below(self, key: str, node: yaml.Node) -> Entry:
        """The entry of a part of this one."""
        place = Place(self.place.file, node.start_mark.line + 1)
        return Entry(node, place, f"{self.path}.{key}" if self.path else key, self.faults)

    @property
    def is_text(self) -> bool:
        """Whether this is a scalar."""
        return isinstance(self.node, yaml.ScalarNode)

    @property
    def is_list(self) -> bool:
        """Whether this is a sequence."""
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_mapping(self) -> bool:
        """Whether this is a mapping."""
        return isinstance(self.node, yaml.MappingNode)

    def text(self) -> str:
        """The scalar as it is written; a fault and "" where there is none."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.fault("这里应当是一段文字，不能是列表或下级字段。")
            return ""
        text = str(self.node.value).strip()
        if not text:
            self.fault("没有填写内容；不需要的字段请整行删去。")
        return text

    def parts(self) -> list[Entry]:
        """The members of a list; a fault and nothing where it is none."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.fault("这里应当是列表，每项以“- ”开头。")
            return []
        return [self.below(str(at), node) for at, node in enumerate(self.node.value)]

    def pairs(self) -> Iterator[tuple[str, Entry]]:
        """Keys and entries of a mapping; a key that stands twice is a fault and counts once."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fault("这里应当是“字段: 内容”的形式。")
            return
        seen: dict[str, int] = {}
        for key_node, value in self.node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode) or not str(key_node.value).strip():
                self.faults.add(Place(self.place.file, line), self.path, "字段名应当是一段文字。")
                continue
            key = str(key_node.value)
            if key in seen:
                self.faults.add(
                    Place(self.place.file, line), f"{self.path}.{key}", f"与第 {seen[key]} 行重复，请只保留一处。"
                )
                continue
            seen[key] = line
            entry = self.below(key, value)
            # A nested block begins on the line after its key; people look for the key.
            yield key, Entry(entry.node, Place(self.place.file, line), entry.path, self.faults)

    def fields(self, known: Collection[str], required: Collection[str] = ()) -> dict[str, Entry]:
        """The fields of a mapping; unknown and missing ones are faults."""
        if not self.is_mapping:
            self.fault("这里应当是“字段: 内容”的形式。")
            return {}
        found: dict[str, Entry] = {}
        for key, entry in self.pairs():
            if key in known:
                found[key] = entry
            else:
                entry.fault(f"没有“{key}”这个字段，可用的有：{'、'.join(known)}。")
        for key in required:
            if key not in found:
                self.fault(f"缺少必填字段“{key}”。")
        return found


def read(path: Path, faults: Faults, name: str | None = None) -> Entry | None:
    """The root of a YAML file, or None after noting why it cannot be read.

    Aliases, anchors, tags and several documents in a file are refused: a catalogue file is read by
    people, and what stands in it must stand where they look for it.
    """
    shown_name = name or str(path)
    place = Place(shown_name, 0)
    try:
        raw = path.read_bytes()
    except OSError as error:
        faults.add(place, "", f"文件打不开：{error.strerror}。")
        return None
    if len(raw) > MAX_BYTES:
        faults.add(place, "", f"文件超过 {MAX_BYTES // 1000} KB，请拆分。")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        faults.add(Place(shown_name, line), "", "文件不是 UTF-8 编码，请用 UTF-8 另存后再试。")
        return None
    try:
        if not _plain(text, shown_name, faults):
            return None
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        faults.add(Place(shown_name, line), "", f"YAML 格式有误：{_meaning(error)}。")
        return None
    if node is None:
        faults.add(Place(shown_name, 1), "", "文件是空的。")
        return None
    return Entry(node, Place(shown_name, node.start_mark.line + 1), "", faults)


def _meaning(error: yaml.YAMLError) -> str:
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    return next((meaning for words, meaning in PROBLEMS if words in said), f"请检查缩进、冒号和引号（{said}）")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _plain(text: str, name: str, faults: Faults) -> bool:
    depth = documents = 0
    before = len(faults.found)
    for event in yaml.parse(text, Loader=_Loader):
        here = Place(name, _line(event))
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                faults.add(here, "", "一个文件只能有一份内容，请去掉“---”以后的部分。")
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            faults.add(here, "", "不支持锚点（&）和引用（*），请把内容写在原处。")
        elif getattr(event, "tag", None):
            faults.add(here, "", "不支持类型标签（!），所有内容都按文字读取。")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                faults.add(here, "", f"嵌套超过 {MAX_DEPTH} 层，请检查括号和缩进。")
                return False
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return len(faults.found) == before
