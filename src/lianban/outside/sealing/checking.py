"""A sealed PDF checked on its own: is it whole, who sealed it, is he to be trusted. No database, no network.

Strict on purpose: a paper of ours has one signature, over the whole file, and nothing in the file that the signature
does not answer for, so that one changed byte anywhere is found. 电子签名法 13(3), (4).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from lianban.errors import Invalid
from lianban.outside.clock import local
from lianban.outside.sealing.names import plain_name

LARGEST = 64 * 1_048_576
"""Bytes of a file that is opened at all."""
# One case of letters: a changed case is a changed byte.
_GAP = re.compile(rb"<([0-9A-F]+|[0-9a-f]+)>")


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom to believe: roots and revocation lists, as they come (PEM or DER)."""

    roots: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()


@dataclass(slots=True)
class Examined:
    """What a file says of itself. `problems` are sentences; without any the seal is whole and trusted."""

    signed: bool = False
    intact: bool = False
    whole_file: bool = False
    trusted: bool = False
    signer: str = ""
    certified_by: str = ""
    serial: str = ""
    signed_at: datetime | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether the seal is whole and by somebody who is trusted."""
        return self.signed and self.intact and self.whole_file and self.trusted and not self.problems


def trust(folder: Path, roots: Iterable[Path] = (), lists: Iterable[Path] = ()) -> Trust:
    """The roots in `folder`/roots and the revocation lists in `folder`/crls, and those named. Raises Invalid."""
    found = [sorted(folder.glob("roots/*.pem")), sorted(folder.glob("crls/*.crl"))]
    try:
        return Trust(
            tuple(each.read_bytes() for each in [*found[0], *roots]),
            tuple(each.read_bytes() for each in [*found[1], *lists]),
        )
    except OSError as error:
        raise Invalid(f"{error.filename} 读不出来（{error.strerror}）。") from error


def examine(data: bytes, believed: Trust, *, at: datetime) -> Examined:
    """Examine a file of unknown origin. `at` is the moment at which certificates and lists are judged.

    Blocks, and wants a thread without an event loop. What would unfold beyond measure is given up.
    """
    result = Examined()
    if len(data) > LARGEST:
        result.problems.append(f"文件超过 {LARGEST // 1_048_576} MB，不是本系统出具的文书。")
    elif not data.startswith(b"%PDF-"):
        result.problems.append("这不是 PDF 文件。")
    else:
        from pyhanko.pdf_utils.misc import PdfDecodeLimitError

        try:
            _examine(data, believed, at, result)
        except (PdfDecodeLimitError, MemoryError):
            result.problems.append("文件展开后过大，没有继续检查。请不要采信。")
        except Exception:
            # Whatever a stranger has made of the file: it cannot be read as a sealed paper.
            result.problems.append("文件已经损坏，或者不是完整的 PDF。")
    return result


def _examine(data: bytes, believed: Trust, at: datetime, result: Examined) -> None:
    import logging

    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    # What is wrong with a file is told by us, in one sentence.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    reader = PdfFileReader(io.BytesIO(data))
    if reader.encrypted:
        result.problems.append("文件加了密码。本系统出具的文书没有密码，请索取原始文件。")
        return
    signatures = reader.embedded_signatures
    if not signatures:
        result.problems.append("文件里没有电子签名：没有加盖电子印章，或者签名已被去掉。")
        return
    if len(signatures) > 1:
        result.problems.append(f"文件里有 {len(signatures)} 个电子签名，出具之后又有人签过。")
    seal = signatures[0]
    result.signed = True
    certificate = seal.signer_cert
    result.signer = plain_name(certificate.subject)
    result.certified_by = plain_name(certificate.issuer)
    result.serial = f"{certificate.serial_number:X}"
    result.signed_at = seal.self_reported_timestamp
    moment = min(result.signed_at or at, at)
    status = validate_pdf_signature(seal, _context(believed, moment), skip_diff=True)
    result.intact = bool(status.intact and status.valid) and not _loose(data, seal)
    result.whole_file = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not result.intact:
        result.problems.append("文件内容和签名对不上：出具之后被改动过。")
    if not result.whole_file:
        result.problems.append("签名没有覆盖整个文件：后面被添加了内容。")
    _judge(certificate, status, believed, at, result)


def _judge(certificate: Any, status: Any, believed: Trust, at: datetime, result: Examined) -> None:
    """Whether the certificate is to be believed, and if not, why."""
    signed_at = result.signed_at
    if signed_at is None or signed_at > at:
        result.problems.append("签名没有时间，或者签名时间在将来。")
        return
    if not certificate.not_valid_before <= signed_at <= certificate.not_valid_after:
        result.problems.append("签名时证书不在有效期内。")
        return
    result.trusted = bool(status.trusted)
    if status.revoked or _revoked(certificate, believed):
        result.trusted = False
        result.problems.append("签名证书已被吊销。")
    elif not believed.roots:
        result.problems.append("没有给出可信的根证书，不能判断签名人是谁：请用 --root 指定。")
    elif not result.trusted:
        result.problems.append(f"签名人“{result.signer}”的证书不是由可信的根证书颁发的。")
    elif at > certificate.not_valid_after:
        last = local(certificate.not_valid_after).date()
        result.trusted = False
        result.problems.append(f"签名证书已于 {last} 到期，单凭文件不能再证明：请扫码或者用查验码查验。")


def _context(believed: Trust, moment: datetime) -> Any:
    from asn1crypto import pem, x509
    from pyhanko_certvalidator import ValidationContext

    roots = []
    for data in believed.roots:
        parts = [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        roots += [x509.Certificate.load(der) for der in parts]
    return ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment)


def _revoked(certificate: Any, believed: Trust) -> bool:
    """Whether a list of the certificate's own issuer names it.

    A certificate that was revoked at any time is not believed: without a time stamp nobody knows when it was used.
    """
    from cryptography import x509 as pyca

    own = pyca.load_der_x509_certificate(certificate.dump())
    for data in believed.lists:
        load = pyca.load_pem_x509_crl if data.startswith(b"-----") else pyca.load_der_x509_crl
        found = load(data)
        if found.issuer == own.issuer and found.get_revoked_certificate_by_serial_number(own.serial_number):
            return True
    return False


def _loose(data: bytes, seal: Any) -> bool:
    """Whether anything in the gap that the signature leaves for itself is not accounted for by the signature."""
    from asn1crypto import cms

    start, length, after, _ = (int(n) for n in seal.byte_range)
    gap = _GAP.fullmatch(data[start + length : after])
    if gap is None:
        return True
    held = bytes.fromhex(gap[1].decode("ascii"))
    info = cms.ContentInfo.load(held)
    # Written anew, so that a length that reaches into the padding is found as well.
    der = info.dump(force=True)
    if start != 0 or held[len(der) :].strip(b"\0") or not held.startswith(der):
        return True
    return not _plain(info["content"], seal)


def _plain(signed: Any, seal: Any) -> bool:
    """Whether the envelope holds what it must and nothing besides: the parts that no signature protects."""
    (signer,) = signed["signer_infos"]
    algorithm = signer["digest_algorithm"].dump()
    certificates: Sequence[Any] = signed["certificates"]
    return (
        signed["version"].native == "v1"
        and signer["version"].native == "v1"
        and [each.dump() for each in signed["digest_algorithms"]] == [algorithm]
        and signed["encap_content_info"]["content_type"].native == "data"
        and not signed["encap_content_info"]["content"].native
        and not signed["crls"].native
        and not signer["unsigned_attrs"].native
        and [each.chosen.dump() for each in certificates] == [seal.signer_cert.dump()]
    )
