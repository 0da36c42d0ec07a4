"""`verify FILE.pdf`: whether a paper is ours and current, or, with --offline, what the file alone proves."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianban.cli.arguments import command, embedded
from lianban.cli.installation import installation
from lianban.outside import clock

if TYPE_CHECKING:
    from lianban.casework.notices import Compared
    from lianban.cli.arguments import Commands
    from lianban.outside.sealing.checking import Examined


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"没有找到文件“{text}”")
    return path


def add(commands: Commands) -> None:
    """Add the command."""
    made = command(
        commands, "verify", verify, "查验文书：是不是本系统出具、是不是现行有效；--offline 只凭文件查验电子签名。"
    )
    made.add_argument("file", type=_file, metavar="FILE.pdf")
    made.add_argument("--offline", action="store_true", help="不连数据库，只查验文件里的电子签名")
    made.add_argument("--root", action="append", default=[], type=_file, metavar="FILE.pem", help="可信的根证书")
    made.add_argument("--crl", action="append", default=[], type=_file, metavar="FILE.crl", help="证书吊销列表")
    made.add_argument("--json", action="store_true", help="输出 JSON")
    embedded(made)


def verify(args: argparse.Namespace) -> int:
    """0 when the file is genuine (and, without --offline, current), otherwise 1."""
    data = args.file.read_bytes()
    told: dict[str, Any] = {
        "file": args.file.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
    }
    examined = _examined(data, args)
    good = examined.good
    lines = _of_file(examined)
    if not args.offline:
        with installation(args.embedded, whole=False):
            found = asyncio.run(_compared(data))
        good, lines = _of_paper(found, examined)
        told["paper"] = _paper(found)
    told |= {"genuine": good, "signature": _signature(examined)}
    print(json.dumps(told, ensure_ascii=False, indent=2) if args.json else "\n".join(lines))
    return 0 if good else 1


def _examined(data: bytes, args: argparse.Namespace) -> Examined:
    """What the file says by itself."""
    from lianban.outside.sealing import checking
    from lianban.outside.settings import settings

    believed = checking.trust(settings().seals_dir, args.root, args.crl)
    return checking.examine(data, believed, at=clock.now())


async def _compared(data: bytes) -> Compared:
    from lianban.casework import notices

    return await notices.compared(data)


def _of_file(examined: Examined) -> list[str]:
    """What the file alone says, line by line."""
    if examined.good:
        first = "电子签名完整，覆盖整个文件，签名人可信。是否已被代替或者作废，需要联网查验。"
    else:
        first = "查验不通过。" if examined.signed else "不能只凭文件查验。"
    return [first, *_signer(examined), *(f"- {problem}" for problem in examined.problems)]


def _signer(examined: Examined) -> list[str]:
    if not examined.signed:
        return []
    at = f"{clock.local(examined.signed_at):%Y-%m-%d %H:%M}" if examined.signed_at else "没有时间"
    return [f"签名人：{examined.signer}（证书 {examined.serial}，颁发者：{examined.certified_by}），签名时间：{at}"]


def _of_paper(found: Compared, examined: Examined) -> tuple[bool, list[str]]:
    """Whether the paper is genuine and current, and what is told of it."""
    paper = found.paper
    if paper is None:
        return False, ["这个文件不是本系统出具的文书。", *_of_file(examined)[1:]]
    words = {
        "current": "本系统出具，现行有效，文件没有被改动。",
        "superseded": "本系统出具，文件没有被改动，但已被新的文书代替，不再有效。",
        "void": "本系统出具，文件没有被改动，但已经作废。",
    }
    lines = [
        words[paper.standing],
        f"{paper.title} {paper.number}（{paper.issuer}，{clock.local(paper.issued_at):%Y-%m-%d}）",
    ]
    if paper.newer:
        lines.append(f"代替它的文书：{paper.newer.title} {paper.newer.number}（查验码 {paper.newer.code}）")
    if paper.seal_awaited:
        lines.append("待加盖电子印章。")
    return paper.standing == "current", lines + _signer(examined)


def _paper(found: Compared) -> dict[str, Any] | None:
    paper = found.paper
    if paper is None:
        return None
    newer = paper.newer
    return {
        "title": paper.title,
        "number": paper.number,
        "code": paper.code,
        "issuer": paper.issuer,
        "issued_at": paper.issued_at.isoformat(),
        "standing": str(paper.standing),
        "file": str(found.match),
        "content_sha256": paper.content_hash,
        "unsigned_sha256": paper.unsigned_sha256,
        "seal_awaited": paper.seal_awaited,
        "newer": newer and {"title": newer.title, "number": newer.number, "code": newer.code},
    }


def _signature(examined: Examined) -> dict[str, Any]:
    return {
        "signed": examined.signed,
        "intact": examined.intact,
        "whole_file": examined.whole_file,
        "trusted": examined.trusted,
        "signer": examined.signer,
        "certified_by": examined.certified_by,
        "serial": examined.serial,
        "signed_at": examined.signed_at.isoformat() if examined.signed_at else None,
        "problems": examined.problems,
    }
