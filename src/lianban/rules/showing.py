"""What `lianban catalog check` and `lianban catalog show` say, as plain data; no database needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lianban.errors import Invalid, NotFound
from lianban.rules import languages, policy
from lianban.rules.catalog.loading import CatalogueFaults, load_edition, shipped
from lianban.rules.catalog.types import Edition
from lianban.rules.composer import compose, options, relevant_questions
from lianban.rules.conditions import Facts
from lianban.rules.lint import Finding, check
from lianban.rules.plan import Plan, plan_to_dict
from lianban.rules.sheet import MEASURES


def known_region(region: str) -> None:
    """Raises NotFound, naming the regions there are, for a code that the catalogue does not know."""
    regions = {code for code, _ in shipped()}
    if region not in regions:
        raise NotFound(f"没有地区 {region}。可用的有：{'、'.join(sorted(regions))}。")


def edition_of(bundle: str, region: str) -> Edition:
    """The shipped edition; raises NotFound naming those that exist."""
    paths = shipped()
    path = paths.get((region, bundle))
    if path is None:
        known = "，".join(f"{name}（{code}）" for code, name in paths)
        raise NotFound(f"没有地区 {region} 的“{bundle}”目录。可用的有：{known}。")
    return load_edition(path)


def taken(edition: Edition, answers: Mapping[str, str]) -> dict[str, str]:
    """Answers by question and option id, where an option may also be named by its label.

    Raises Invalid with the choices for a question or an option that does not exist.
    """
    questions = {question.element: question for question in edition.bundle.questions}
    found: dict[str, str] = {}
    for name, typed in answers.items():
        if name not in questions:
            raise Invalid(f"没有“{name}”这个情形问题。可以回答的有：{'、'.join(questions)}。")
        choices = options(edition.elements[name])
        option = next((each for each in choices if typed in (each.id, each.label)), None)
        if option is None:
            offered = "、".join(f"{each.id}（{each.label}）" for each in choices)
            raise Invalid(f"“{questions[name].ask}”没有“{typed}”这一选项。可选：{offered}。")
        found[name] = option.id
    return found


def show(bundle: str, region: str, answers: Mapping[str, str]) -> dict[str, Any]:
    """The questions of a shipped edition and the plan for these answers."""
    edition = edition_of(bundle, region)
    return shown(edition, taken(edition, answers))


def shown(edition: Edition, answers: Facts) -> dict[str, Any]:
    """{bundle, region, name, edition, questions, answers, plan}; questions tell whether they still matter."""
    plan = compose(edition, answers)
    relevant = {question.element for question in relevant_questions(edition, answers, plan)}
    return {
        "bundle": edition.bundle.id,
        "region": edition.bundle.region,
        "name": edition.bundle.name,
        "edition": edition.content_hash,
        "answers": dict(answers),
        "questions": [
            {
                "id": question.element,
                "ask": question.ask,
                "help": question.help,
                "answer": answers.get(question.element),
                "relevant": question.element in relevant,
                "options": [
                    {"id": each.id, "label": each.label} for each in options(edition.elements[question.element])
                ],
            }
            for question in edition.bundle.questions
        ],
        "plan": plan_shown(plan),
    }


def plan_shown(plan: Plan) -> dict[str, Any]:
    """The plan as JSON-able data with an `id` on every line and the counters by measure."""
    data = plan_to_dict(plan)
    for key, name in (("items", "item"), ("fields", "element"), ("materials", "material"), ("open", "element")):
        data[key] = [{"id": line[name], **line} for line in data[key]]
    for point in data["open"]:
        point["branches"] = [
            {"option": option, "label": label, "sentences": list(sentences)}
            for option, label, sentences in point["branches"]
        ]
    data["counters"] = {each["measure"]: {"name": MEASURES[each["measure"]], **each} for each in data["counters"]}
    return data


def check_report(paths: Iterable[Path] = (), words: Iterable[str] = ()) -> dict[str, Any]:
    """The check of bundle files, all shipped ones without `paths`: {sound, editions: […]}.

    A folder stands for every bundle file below it. `words` are the fixed ones of sheets and papers: a region that
    prints a second language has to know them, once. Raises NotFound for a path that does not exist.
    """
    files = [file for path in paths for file in _bundles(path)] or list(shipped().values())
    words = list(words)
    editions: list[dict[str, Any]] = []
    for path in files:
        first = all(each["region"] != region_of(path) for each in editions)
        editions.append(_checked(path, words if first else []))
    return {"sound": all(not each["errors"] for each in editions), "editions": editions}


def _bundles(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(path.glob("*.yaml") if path.name == "bundles" else path.glob("**/bundles/*.yaml"))
        if found:
            return found
    elif path.is_file():
        return [path]
    raise NotFound(f"找不到套餐文件：{path}。")


def region_of(path: Path) -> str:
    """The region whose folder holds a bundle file."""
    return path.absolute().parent.parent.name


def untranslated(path: Path, edition: Edition, words: Iterable[str]) -> list[Finding]:
    """What the phrase book of the region's second language lacks, where it goes; nothing where there is only one.

    Raises CatalogueFaults for a book, or a `policy.yaml`, that cannot be read.
    """
    root, region = path.absolute().parents[2], region_of(path)
    language = policy.shipped(region, root).second_language
    if not language:
        return []
    book = languages.book(region, language, root)
    name = dict(policy.LANGUAGES)[language].removeprefix("中文和")
    file = book.file if book else f"{region}/languages/{language}.yaml"
    return [
        Finding(
            f"“{phrase}”没有{name}译文，文书上只印中文。",
            book.source if book else "没有对照表",
            file,
            book.lines.get(section, 0) if book else 0,
        )
        for section, phrase in languages.missing(book, edition, words)
    ]


def _checked(path: Path, words: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "file": str(path),
        "bundle": path.stem,
        "region": region_of(path),
        "name": "",
        "version": "",
        "edition": "",
        "situations": 0,
        "errors": [],
        "findings": [],
        "hints": [],
    }
    try:
        edition = load_edition(path)
        lacking = untranslated(path, edition, words)
    except CatalogueFaults as faults:
        return found | {"errors": [asdict(fault) for fault in faults.faults]}
    report = check(edition)
    return found | {
        "name": edition.bundle.name,
        "version": edition.bundle.version,
        "edition": edition.content_hash,
        "situations": report.situations,
        "errors": [asdict(fault) for fault in report.errors],
        "findings": [asdict(finding) for finding in (*report.findings, *lacking)],
        "hints": list(report.hints),
    }


def report_lines(report: Mapping[str, Any]) -> list[str]:
    """The report for people, one line a thing."""
    lines: list[str] = []
    for each in report["editions"]:
        title = f"{each['name'] or each['bundle']}（{each['region']}）"
        verdict = "可以发布" if not each["errors"] else f"不能发布，有 {len(each['errors'])} 处错误"
        lines.append(f"{title}：验证情形 {each['situations']} 种，{verdict}。")
        for error in each["errors"]:
            where = f"{error['file']}:{error['line']}" if error["line"] else error["file"]
            field = f"〔{error['field']}〕" if error["field"] else ""
            lines.append(f"  错误　{where}：{field}{error['sentence']}")
        for finding in each["findings"]:
            where = f"{finding['file']}:{finding['line']}：" if finding["line"] else ""
            lines.append(f"  发现　{where}{finding['sentence']}来源：{finding['source'] or '未注明'}")
        lines += [f"  提示　{hint}" for hint in each["hints"]]
    return lines
