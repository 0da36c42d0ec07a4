"""The whole case in one piece: what stands on its cover and in its course, its manifest and its list in words.

Plain content for `templates/notices/book_*.html` and plain text for the archive file. Every file is named with the
SHA-256 of its bytes, so that whoever holds the archive can check it without this system.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lianban.rules.notices.base import Content
from lianban.rules.notices.parts import day, moment

FORMAT, VERSION = "lianban-case", 1
FORM, MATERIALS, PAPERS, SURVEY = "申请表", "申请材料", "文书", "现场勘查"
HEARING, RESULTS, DELIVERY, COURSE = "听证", "办理结果", "送达", "办理过程"
PARTS = (FORM, MATERIALS, PAPERS, SURVEY, HEARING, RESULTS, DELIVERY, COURSE)
"""In the order of a file: what was asked, what was found, what came of it, that it arrived, how it went."""
FOLDERS = {part: f"{n:02d} {part}" for n, part in enumerate(PARTS, 1)}
SCOPES = {
    "whole": "办件案卷",
    "department": "办件案卷（本部门办理需要的部分）",
    "holder": "电子文书和办理结果",
}
COPY = (
    "本册为装订副本，页码在每页右上角。文书和结果的原始文件（连同电子签名）在压缩包中，与系统保存的逐字节一致；"
    "每份文书可以扫描文书上的二维码查验。"
)
HOLDERS = "本册只含本件已经出具、没有作废的文书、您签过名的记录和已经送达的办理结果，请妥善保管，不要转发给无关的人。"
SENSITIVE = "卷内有不满十四周岁儿童的个人信息，只能用于办理本件或者依法查阅，每次取得都有记录。"
PERSONAL = "卷内有个人信息，只能用于办理本件或者依法查阅，每次取得都有记录。"


@dataclass(frozen=True, slots=True)
class Matter:
    """The case that a book is about; instants in Shanghai time. `made_by` is who asked for it."""

    scope: str
    authority: str
    number: str
    bundle: str
    region: str
    edition: str
    applicant: str
    subject: str
    status: str
    received_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    items: tuple[str, ...]
    infant: bool
    made_by: str
    made_at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Packed:
    """One file as the archive holds it; `why` in place of size and hash when it could not be put in."""

    path: str
    part: str
    title: str
    number: str = ""
    code: str = ""
    by: str = ""
    date: str = ""
    standing: str = ""
    media_type: str = ""
    size: int = 0
    sha256: str = ""
    why: str = ""
    caption: str = ""


def title_of(matter: Matter) -> str:
    """办件案卷 222405-2026-000001."""
    return f"{SCOPES[matter.scope]} {matter.number}".strip()


def _common(matter: Matter, kind: str, title: str) -> Content:
    return {
        "kind": kind,
        "title": title,
        "authority": matter.authority,
        "iso": matter.made_at.date().isoformat(),
        "date": day(matter.made_at.date()),
        "case_number": matter.number,
    }


def cover(matter: Matter) -> Content:
    """What stands on the cover."""
    facts = [
        ("办理事项", f"{matter.bundle}：{'、'.join(matter.items)}" if matter.items else matter.bundle),
        ("申请人", matter.applicant),
        ("办理对象", matter.subject if matter.subject != matter.applicant else ""),
        ("收件", moment(matter.received_at) if matter.received_at else ""),
        ("受理", moment(matter.accepted_at) if matter.accepted_at else ""),
        ("办结", moment(matter.ended_at) if matter.ended_at else ""),
        ("办件状态", matter.status),
        ("装订", f"{moment(matter.made_at)}　{matter.made_by}"),
    ]
    notes = [COPY, HOLDERS] if matter.scope == "holder" else [COPY]
    return _common(matter, "book_cover", SCOPES[matter.scope]) | {
        "facts": [[name, value] for name, value in facts if value],
        "notes": [*notes, SENSITIVE if matter.infant else PERSONAL],
        "qr": matter.url,
    }


def contents(matter: Matter) -> Content:
    """The head of the list of what is bound; its rows are added when the pages are known."""
    return _common(matter, "book_contents", "卷内目录")


def course(
    matter: Matter,
    *,
    items: Sequence[Mapping[str, Any]],
    surveys: Sequence[Mapping[str, Any]],
    journal: Iterable[Mapping[str, Any]],
) -> Content:
    """办理过程: the opinion of each item with who gave it and when (F1), on-site checks, the journal in words."""
    return _common(matter, "book_course", "办理过程") | {
        "bundle": matter.bundle,
        "items": [dict(one) for one in items],
        "surveys": [dict(one) for one in surveys],
        "journal": [dict(one) for one in journal],
    }


def manifest(matter: Matter, files: Sequence[Packed]) -> Content:
    """What the archive holds, for machines."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": title_of(matter),
        "scope": matter.scope,
        "case": {
            "number": matter.number,
            "bundle": matter.bundle,
            "region": matter.region,
            "edition": matter.edition,
            "status": matter.status,
        },
        "made": {"at": matter.made_at.isoformat(timespec="seconds"), "by": matter.made_by},
        "files": [
            {
                "path": one.path,
                "part": one.part,
                "title": one.title,
                "number": one.number,
                "code": one.code,
                "date": one.date,
                "standing": one.standing,
                "media_type": one.media_type,
                "size": one.size,
                "sha256": one.sha256,
                **({"caption": one.caption} if one.caption else {}),
            }
            for one in files
            if not one.why
        ],
        "missing": [
            {"path": one.path, "title": one.title, "sha256": one.sha256, "why": one.why} for one in files if one.why
        ],
    }


def listing(matter: Matter, files: Sequence[Packed]) -> str:
    """What the archive holds, in words, for whoever opens it years later with nothing but an editor."""
    there, missing = [f for f in files if not f.why], [f for f in files if f.why]
    lines = [
        title_of(matter),
        f"{matter.bundle}　{matter.authority}",
        f"打包：{moment(matter.made_at)}　{matter.made_by}",
        f"文件：{len(there)} 个，{sum(f.size for f in there)} 字节",
        "核对：manifest.json 和 SHA256SUMS 列出每个文件的 SHA-256；在命令行运行 sha256sum -c SHA256SUMS 可以逐个核对。",
        HOLDERS.replace("本册", "本压缩包") if matter.scope == "holder" else "",
        SENSITIVE if matter.infant else PERSONAL,
    ]
    part = ""
    for number, one in enumerate(there, 1):
        if one.part != part:
            part = one.part
            lines += ["", f"【{part}】"]
        about = "　".join(filter(None, (one.number, one.by, one.date, one.standing)))
        lines += [f"{number}. {one.title}{'　' + about if about else ''}", f"   {one.path}"]
        lines += [f"   {one.caption}"] if one.caption else []
        lines += [f"   SHA-256 {one.sha256}"]
    if missing:
        lines += ["", "【没有能够放入的文件】"]
        lines += [f"- {one.title}（{one.path}）：{one.why}" for one in missing]
    return "\r\n".join(line for line in lines if line is not None) + "\r\n"


def sums(files: Sequence[Packed]) -> str:
    """The hashes as `sha256sum -c` reads them."""
    return "".join(f"{one.sha256}  {one.path}\n" for one in files if not one.why)
