"""Papers with their electronic seal: what is seen, what stays the same, and that every change is found."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pdfplumber
import pikepdf
import pytest
from pdfua import validate

from lianban.outside import printing
from lianban.outside.sealing import Order, Seal, Unavailable, place_of
from lianban.outside.sealing.checking import Examined, Trust, examine, trust
from lianban.outside.sealing.demonstration import NOTE
from lianban.outside.sealing.folder import FolderSealer
from lianban.rules.notices.seals import KINDS, seal_kind, seal_name
from tests.printing import looking, samples
from tests.seals import MONDAY, Office

AUTHORITY = "长沙市政务服务中心"
LATER = MONDAY + timedelta(hours=1)
WANTED = Seal("430100", "centre", "dedicated")


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Seals of all three kinds for the centre, the printing process ended afterwards."""
    made = tmp_path_factory.mktemp("seals")
    office = Office(made).trusted()
    for kind in KINDS:
        office.seal(Seal("430100", "centre", kind), AUTHORITY)
    yield made
    printing.stop()


@cache
def plain(kind: str, name: str = samples.RARE) -> bytes:
    return printing.render_now(f"notices/{kind}.html", samples.issued(kind, name))


def order(kind: str = "acceptance", *, at: datetime = MONDAY, seal: Seal | None = None) -> Order:
    content, document = samples.issued(kind), plain(kind)
    words = str(content["seal"])
    return Order(
        seal=seal or Seal("430100", "centre", seal_kind(words)),
        document=document,
        place=place_of(document),
        number=str(content["number"]),
        title=str(content["title"]),
        issuer=str(content["authority"]),
        words=seal_name(words),
        at=at,
    )


def sealed(folder: Path, asked: Order) -> bytes:
    done = asyncio.run(FolderSealer(folder, "").seal(asked))
    assert done is not None
    return done.document


@pytest.fixture(scope="module")
def paper(folder: Path) -> bytes:
    """A sealed acceptance."""
    return sealed(folder, order())


@pytest.fixture(scope="module")
def believed(folder: Path) -> Trust:
    return trust(folder)


def checked(data: bytes, believed: Trust, at: datetime = LATER) -> Examined:
    return examine(data, believed, at=at)


WITH_SEAL = [kind for kind in samples.PAPERS if seal_kind(str(samples.issued(kind)["seal"]))]


@pytest.mark.parametrize("kind", WITH_SEAL)
def test_the_seal_covers_the_box_of_the_paper_and_nothing_else(
    kind: str, folder: Path, believed: Trust, tmp_path: Path
) -> None:
    asked = order(kind)
    data = sealed(folder, asked)
    assert data.startswith(asked.document), "the unsealed paper stands at the beginning, byte for byte"
    result = checked(data, believed)
    assert result.good and result.signed_at == MONDAY, result.problems
    assert asked.place is not None
    with pikepdf.open(io.BytesIO(data)) as opened:
        (field,) = opened.Root.AcroForm.Fields
        assert [int(edge) for edge in field.Rect] == list(asked.place[1:])
        page = opened.pages[asked.place.page]
        assert page.Annots[0].objgen == field.objgen
        assert AUTHORITY in str(field.TU) or asked.issuer in str(field.TU)
    with pdfplumber.open(io.BytesIO(asked.document)) as opened:
        shown = opened.pages[asked.place.page]
        box = (asked.place.left, shown.height - asked.place.top, asked.place.right, shown.height - asked.place.bottom)
        assert looking.flat(shown.crop(box).extract_text()).startswith(asked.words[:6])
    file = tmp_path / "paper.pdf"
    file.write_bytes(data)
    assert list(validate(str(file)).findings) == []
    codes = looking.codes(data, dpi=72)
    assert samples.ADDRESS in codes and sorted(codes) == sorted(looking.codes(asked.document, dpi=72))
    assert looking.words(data) == looking.words(asked.document)


def test_every_paper_with_a_seal_box_names_a_seal_we_know() -> None:
    for kind in samples.PAPERS:
        words = str(samples.issued(kind)["seal"])
        assert seal_kind(words) in KINDS or not words, kind
    kinds = {kind: seal_kind(str(samples.issued(kind)["seal"])) for kind in samples.PAPERS}
    assert (kinds["acceptance"], kinds["refusal"], kinds["receipt"]) == ("dedicated", "authority", "window")


def test_what_is_seen_is_text_and_no_round_seal(folder: Path) -> None:
    content = {"width": 143, "height": 59, "words": "行政审批专用章", "on": "2026年11月2日", "note": NOTE}
    content |= {"issuer": "延边朝鲜族自治州生态环境局龙井市分局", "serial": "3F2A" * 10}
    seen = printing.render_now("notices/seal.html", content, variant=None)
    with pdfplumber.open(io.BytesIO(seen)) as opened:
        (page,) = opened.pages
        assert not page.curves and not page.images
        right, bottom = max(c["x1"] for c in page.chars), max(c["bottom"] for c in page.chars)
        assert right < page.width and bottom < page.height
        text = looking.flat(page.extract_text())
    for part in (
        "电子签名（行政审批专用章）",
        "签署单位：延边朝鲜族",
        "日期：2026年11月2日",
        "序列号：" + "3F2A" * 10,
        NOTE,
    ):
        assert part in text


def test_one_changed_byte_is_found_wherever_it_is(paper: bytes, believed: Trust) -> None:
    chance = random.Random(20261102)
    signature = paper.rindex(b"/Contents <")
    envelope = range(signature - 40, paper.index(b">", signature) + 2)
    # The body is one digest; the envelope of the signature is where a loose check would let something pass.
    places = [*chance.sample(range(len(paper)), 40), *chance.sample(envelope, 120), len(paper) - 1, 0]
    for place in places:
        for flip in (1, 0x20) if paper[place : place + 1].isalpha() else (1,):
            changed = bytearray(paper)
            changed[place] ^= flip
            assert not checked(bytes(changed), believed).good, place - signature


@pytest.mark.parametrize("share", [0.2, 0.6, 0.97, 0.9999])
def test_a_truncated_file_is_found(paper: bytes, believed: Trust, share: float) -> None:
    assert not checked(paper[: int(len(paper) * share)], believed).good


def test_the_unsealed_beginning_alone_is_not_sealed(paper: bytes, believed: Trust) -> None:
    result = checked(plain("acceptance"), believed)
    assert not result.good and "文件里没有电子签名" in result.problems[0]


@pytest.mark.parametrize("more", [b"\n", b"%%EOF\n", b"1 0 obj\n<<>>\nendobj\n", b"\0" * 1000])
def test_what_was_appended_is_found(paper: bytes, believed: Trust, more: bytes) -> None:
    result = checked(paper + more, believed)
    assert not result.good and result.problems


def test_an_update_that_draws_over_the_paper_is_found(paper: bytes, believed: Trust) -> None:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(paper))
    stream = generic.StreamObject(stream_data=b"0 0 0 rg 100 400 300 40 re f")
    writer.add_stream_to_page(0, writer.add_object(stream))
    out = io.BytesIO()
    writer.write(out)
    result = checked(out.getvalue(), believed)
    assert out.getvalue().startswith(paper)
    assert not result.good and any("后面被添加了内容" in told for told in result.problems)


def test_a_file_that_was_saved_again_is_found(paper: bytes, believed: Trust) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper)) as opened:
        opened.save(out)
    assert not checked(out.getvalue(), believed).good


def test_somebody_elses_seal_is_not_believed(folder: Path, believed: Trust, tmp_path: Path) -> None:
    forger = Office(tmp_path, "伪造的根证书")
    forger.seal(WANTED, AUTHORITY)
    result = checked(sealed(tmp_path, order()), believed)
    assert result.intact and result.whole_file and not result.good
    assert result.problems == [f"签名人“{result.signer}”的证书不是由可信的根证书颁发的。"]


def test_a_second_signature_over_the_first_is_found(paper: bytes, believed: Trust, tmp_path: Path) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    forger = Office(tmp_path)
    forger.seal(WANTED, AUTHORITY)
    file = tmp_path / f"{WANTED.file}.p12"
    signer = signers.SimpleSigner.load_pkcs12_data(file.read_bytes(), [], file.with_suffix(".password").read_bytes())
    writer = IncrementalPdfFileWriter(io.BytesIO(paper))
    with pytest.raises(Exception, match="forbids all changes"):
        # The paper's own signature allows no other; a tool that keeps to the rules refuses.
        signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name="Other"), signer)
    with pikepdf.open(io.BytesIO(paper)) as opened:
        del opened.Root["/Perms"]
        out = io.BytesIO()
        opened.save(out)
    again = signers.sign_pdf(
        IncrementalPdfFileWriter(out), signers.PdfSignatureMetadata(field_name="Other"), signer
    ).getvalue()
    result = checked(again, believed)
    assert not result.good and any("2 个电子签名" in told for told in result.problems)


def test_an_expired_certificate_is_told(folder: Path, tmp_path: Path) -> None:
    office = Office(tmp_path).trusted()
    office.seal(WANTED, AUTHORITY, since=MONDAY - timedelta(days=300), until=MONDAY + timedelta(days=30))
    data = sealed(tmp_path, order())
    assert checked(data, trust(tmp_path)).good
    result = checked(data, trust(tmp_path), at=MONDAY + timedelta(days=31))
    assert not result.good and "已于 2026-12-02 到期" in result.problems[0]
    with pytest.raises(Unavailable, match="证书已于 2026-12-02 到期"):
        sealed(tmp_path, order(at=MONDAY + timedelta(days=31)))


def test_a_certificate_that_does_not_hold_yet_is_told(tmp_path: Path) -> None:
    office = Office(tmp_path).trusted()
    office.seal(WANTED, AUTHORITY, since=MONDAY + timedelta(days=10))
    with pytest.raises(Unavailable, match="到 2026-11-11 才生效"):
        sealed(tmp_path, order())
    data = sealed(tmp_path, order(at=MONDAY + timedelta(days=10)))
    result = checked(data, trust(tmp_path), at=LATER)
    assert not result.good and result.problems == ["签名没有时间，或者签名时间在将来。"]


def test_a_revoked_certificate_is_told(tmp_path: Path) -> None:
    office = Office(tmp_path).trusted()
    made = office.seal(WANTED, AUTHORITY)
    other = office.seal(Seal("430100", "centre", "window"), AUTHORITY)
    data = sealed(tmp_path, order())
    assert checked(data, trust(tmp_path)).good
    office.revoke(other)
    assert checked(data, trust(tmp_path)).good
    office.revoke(other, made)
    result = checked(data, trust(tmp_path))
    assert not result.good and result.problems == ["签名证书已被吊销。"]


def test_without_roots_nobody_is_believed(paper: bytes) -> None:
    result = checked(paper, Trust())
    assert result.intact and not result.good and "没有给出可信的根证书" in result.problems[0]


def encrypted(paper: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper)) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner="x", user="y"))
    return out.getvalue()


def test_a_stranger_s_files_are_refused_with_a_sentence(paper: bytes, believed: Trust) -> None:
    def told(data: bytes) -> str:
        result = checked(data, believed)
        assert not result.good
        return result.problems[0]

    assert told(b"") == told(b"PK\x03\x04 a letter") == "这不是 PDF 文件。"
    assert told(b"%PDF-1.7\nnothing") == "文件已经损坏，或者不是完整的 PDF。"
    assert "加了密码" in told(encrypted(paper))
    assert "超过 64 MB" in told(b"%PDF-" + bytes(64 * 1_048_576))
    assert told(b"%PDF-1.7\n" + b"[" * 100_000 + b"\nstartxref\n9\n%%EOF")


def test_what_cannot_be_opened_is_told_with_what_to_do(folder: Path, tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.seal(WANTED, AUTHORITY)
    file = tmp_path / f"{WANTED.file}.p12"
    with pytest.raises(Unavailable, match=r"没有找到印章文件 430100/centre-window\.p12.*放一个空文件"):
        sealed(tmp_path, replace(order("receipt")))
    file.with_suffix(".password").write_text("wrong")
    with pytest.raises(Unavailable, match="打不开：密码不对"):
        sealed(tmp_path, order())
    file.write_bytes(b"nothing")
    with pytest.raises(Unavailable, match="打不开"):
        sealed(tmp_path, order())


def test_a_region_without_seals_and_a_seal_that_is_put_on_by_hand(folder: Path, tmp_path: Path) -> None:
    nobody = FolderSealer(tmp_path, "")
    assert asyncio.run(nobody.seal(order())) is None
    (tmp_path / "430100").mkdir()
    (tmp_path / "430100" / "centre-dedicated.none").touch()
    assert asyncio.run(nobody.seal(order())) is None


def test_the_password_may_come_from_the_settings(tmp_path: Path) -> None:
    Office(tmp_path).seal(WANTED, AUTHORITY)
    beside = tmp_path / f"{WANTED.file}.password"
    password = beside.read_text()
    beside.unlink()
    assert asyncio.run(FolderSealer(tmp_path, password).seal(order()))
    with pytest.raises(Unavailable):
        asyncio.run(FolderSealer(tmp_path, "").seal(order()))
