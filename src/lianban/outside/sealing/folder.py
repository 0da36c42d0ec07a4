"""Seals from a folder: a PKCS#12 file for each, its password beside it or in the settings. Signs with pyHanko.

`<folder>/<region>/<authority>-<kind>.p12`, `….password` beside it; an empty `….none` says that this seal is put on by
hand. A region without a folder of its own has no electronic seals.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianban.outside.clock import local
from lianban.outside.sealing.demonstration import NOTE
from lianban.outside.sealing.names import plain_name
from lianban.outside.sealing.orders import Order, Seal, Sealed, Unavailable

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

    from lianban.outside.sealing.signing import Looks

KEPT = 128
"""Appearances remembered, some 15 kB each: a seal looks the same all day."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A seal that was read: its signer, and what is told of its certificate."""

    signer: SimpleSigner
    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    fingerprint: str
    algorithm: str

    @property
    def demonstration(self) -> bool:
        """Whether it is one of the trial's own, without legal effect."""
        return NOTE in self.subject


class FolderSealer:
    """See Sealer. `password` opens the files that have none beside them."""

    def __init__(self, folder: Path, password: str) -> None:
        self.folder, self.password = folder, password
        self._loaded: dict[Path, tuple[tuple[int, int], Loaded]] = {}
        self._looks: OrderedDict[tuple[Any, ...], Looks] = OrderedDict()

    async def seal(self, order: Order) -> Sealed | None:
        """See Sealer."""
        file = self.folder / f"{order.seal.file}.p12"
        if not file.parent.is_dir() or file.with_suffix(".none").exists():
            return None
        loaded = await asyncio.to_thread(self._load, file, order.seal)
        _in_force(loaded, order)
        looks = await self._appearance(loaded, order)
        document = await asyncio.to_thread(_signed, loaded, order, looks)
        return Sealed(document, _record(loaded, order))

    def _load(self, file: Path, seal: Seal) -> Loaded:
        """The seal in `file`, read again when the file has changed. Raises Unavailable."""
        try:
            stat = file.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            known = self._loaded.get(file)
            if known is None or known[0] != stamp:
                known = self._loaded[file] = stamp, _read(file, self.password)
        except FileNotFoundError:
            raise Unavailable(
                f"没有找到印章文件 {seal.file}.p12。请管理员把证书文件放进印章文件夹；"
                f"这枚印章只用实物章的，请放一个空文件 {seal.file}.none。"
            ) from None
        except OSError as error:
            raise Unavailable(f"印章文件 {seal.file}.p12 读不出来（{error.strerror}），请管理员检查。") from error
        except ValueError as error:
            raise Unavailable(
                f"印章文件 {seal.file}.p12 打不开：密码不对，或者文件已经损坏。请管理员核对旁边的 .password 文件。"
            ) from error
        return known[1]

    async def _appearance(self, loaded: Loaded, order: Order) -> Looks | None:
        """What is seen of it, printed once a day for each seal and size."""
        from lianban.outside import printing
        from lianban.outside.sealing.signing import Looks

        if order.place is None:
            return None
        day = local(order.at)
        content = {
            "width": order.place.width,
            "height": order.place.height,
            "words": order.words,
            "issuer": order.issuer,
            "on": f"{day.year}年{day.month}月{day.day}日",
            "serial": loaded.serial,
            "note": NOTE if loaded.demonstration else "",
        }
        key = tuple(content.values())
        if key not in self._looks:
            page = await printing.render("notices/seal.html", content, variant=None)
            words = (
                f"电子签名（{order.words}），签署单位：{order.issuer}，日期：{content['on']}，序列号：{loaded.serial}"
            )
            self._looks[key] = Looks(page, words + (f"，{NOTE}" if loaded.demonstration else ""))
            while len(self._looks) > KEPT:
                self._looks.popitem(last=False)
        return self._looks[key]


def _read(file: Path, password: str) -> Loaded:
    """Raises OSError, ValueError."""
    from pyhanko.sign.signers import SimpleSigner

    beside = file.with_suffix(".password")
    secret = beside.read_text("utf-8").strip() if beside.exists() else password
    signer = SimpleSigner.load_pkcs12_data(file.read_bytes(), [], secret.encode() or None)
    told = signer.signing_cert
    if told is None:
        raise ValueError("no certificate")
    return Loaded(
        signer=signer,
        subject=plain_name(told.subject),
        issuer=plain_name(told.issuer),
        serial=f"{told.serial_number:X}",
        not_before=told.not_valid_before,
        not_after=told.not_valid_after,
        fingerprint=told.sha256.hex(),
        algorithm=f"{told.public_key.algorithm}-sha256",
    )


def _in_force(loaded: Loaded, order: Order) -> None:
    if order.at > loaded.not_after:
        last = local(loaded.not_after).date()
        raise Unavailable(f"印章 {order.seal.file} 的证书已于 {last} 到期。请管理员换上新证书。")
    if order.at < loaded.not_before:
        first = local(loaded.not_before).date()
        raise Unavailable(f"印章 {order.seal.file} 的证书到 {first} 才生效。请管理员检查证书和本机时间。")


def _signed(loaded: Loaded, order: Order, looks: Looks | None) -> bytes:
    from lianban.outside.sealing.signing import sign

    reason = f"{order.title} {order.number}"
    return sign(
        order.document,
        loaded.signer,
        place=order.place,
        looks=looks,
        name=order.issuer,
        reason=reason,
        at=local(order.at),
    )


def _record(loaded: Loaded, order: Order) -> dict[str, Any]:
    return {
        "by": "folder",
        "seal": order.seal.file,
        "words": order.words,
        "issuer": order.issuer,
        "signer": loaded.subject,
        "certified_by": loaded.issuer,
        "serial": loaded.serial,
        "fingerprint": loaded.fingerprint,
        "valid_until": loaded.not_after.isoformat(),
        "algorithm": loaded.algorithm,
        "at": order.at.isoformat(),
        "time_source": "本机时钟",
        "demonstration": loaded.demonstration,
    }
