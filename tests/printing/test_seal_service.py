"""The seal service over HTTP, against a real server that keeps to the contract, and one that does not."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from lianban.outside import printing
from lianban.outside.sealing import Order, Seal, Sealed, Unavailable, place_of
from lianban.outside.sealing.checking import examine, trust
from lianban.outside.sealing.faithful import shows_the_same
from lianban.outside.sealing.folder import FolderSealer
from lianban.outside.sealing.service import ServiceSealer
from lianban.outside.settings import Settings, read
from tests.printing import samples
from tests.seals import MONDAY, Office
from tests.sealservice import SECRET, SealService, running

SEAL = Seal("430100", "police", "authority")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[SealService]:
    """A service with the seal of the police."""
    Office(tmp_path).trusted().seal(SEAL, "长沙市公安局")
    with running(tmp_path / f"{SEAL.file}.p12") as made:
        yield made


@pytest.fixture(scope="module")
def order() -> Order:
    """A refusal to be sealed."""
    content = samples.issued("refusal")
    document = printing.render_now("notices/refusal.html", content)
    number, title = str(content["number"]), str(content["title"])
    place = place_of(document)
    return Order(SEAL, document, place, number, title, "长沙市公安局", "本行政机关印章", MONDAY)


def asked(service: SealService, order: Order, *, secret: str = SECRET, seconds: float = 3.0) -> Sealed | None:
    return asyncio.run(ServiceSealer(service.url, secret, seconds).seal(order))


def test_the_service_gets_what_it_needs_and_its_answer_is_kept(
    service: SealService, order: Order, tmp_path: Path
) -> None:
    sealed = asked(service, order)
    assert sealed is not None and sealed.document.startswith(order.document)
    assert examine(sealed.document, trust(tmp_path), at=MONDAY).good
    (request,) = service.requests
    assert request["seal"] == {
        "id": "430100/police-authority",
        "region": "430100",
        "authority": "police",
        "kind": "authority",
        "words": "本行政机关印章",
    }
    assert order.place is not None
    assert request["place"] == {"page": order.place.page + 1, "rectangle": list(order.place[1:])}
    assert request["paper"]["number"] == order.number
    assert dict(sealed.record) == {
        "by": "service",
        "seal": "430100/police-authority",
        "words": "本行政机关印章",
        "issuer": "长沙市公安局",
        "signer": "龙井市公安局",
        "certified_by": "某某电子印章中心",
        "serial": "0A1B",
        "algorithm": "SM2-SM3",
        "at": MONDAY.isoformat(),
        "time_source": "国家授时中心",
        "seal_id": "22240500000001",
        "demonstration": False,
    }


def test_a_hiccup_is_tried_again_with_the_same_key(service: SealService, order: Order) -> None:
    service.answers = [503]
    assert asked(service, order) is not None
    assert len(service.keys) == 2 and len(set(service.keys)) == 1
    asked(service, replace(order, document=order.document + b"\n"))
    assert service.keys[-1] != service.keys[0], "another paper is another key"


@pytest.mark.parametrize("answers", [[503, 503], [0, 0], [429, 500]])
def test_a_service_that_does_not_answer_is_told(service: SealService, order: Order, answers: list[int]) -> None:
    service.answers = answers
    with pytest.raises(Unavailable, match=r"印章服务没有回答.*恢复后会自动加盖"):
        asked(service, order, seconds=0.3)


def test_nobody_there_is_told(order: Order) -> None:
    with pytest.raises(Unavailable, match="印章服务没有回答"):
        asyncio.run(ServiceSealer("http://127.0.0.1:9/seal", SECRET, 0.5).seal(order))


def test_a_refusal_is_told_in_the_service_s_words(service: SealService, order: Order) -> None:
    service.answers = [409]
    with pytest.raises(Unavailable, match="没有盖章：印章已停用。请管理员核对印章 430100/police-authority"):
        asked(service, order)
    with pytest.raises(Unavailable, match="没有盖章：签名不对"):
        asked(service, order, secret="x" * 32)
    assert len(service.requests) == 1, "what was refused is not asked twice"


def test_a_seal_that_is_put_on_by_hand(service: SealService, order: Order) -> None:
    service.answers = [204]
    assert asked(service, order) is None


def test_a_file_that_is_not_the_paper_any_more_is_not_taken(service: SealService, order: Order) -> None:
    service.rewrites = True
    with pytest.raises(Unavailable, match="改动了正文，没有采用"):
        asked(service, order)


def test_a_visible_seal_shows_the_same_paper(order: Order, tmp_path: Path) -> None:
    Office(tmp_path).trusted().seal(SEAL, "长沙市公安局")
    sealed = asyncio.run(FolderSealer(tmp_path, "").seal(order))
    assert sealed is not None and shows_the_same(order.document, sealed.document)
    assert not shows_the_same(order.document, printing.render_now("notices/receipt.html", samples.issued("receipt")))


def appended(document: bytes, change: Callable[[generic.DictionaryObject, IncrementalPdfFileWriter], None]) -> bytes:
    """The document with its first page changed by what is appended to it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    page = writer.root["/Pages"]["/Kids"][0]
    change(page, writer)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def other_words(page: generic.DictionaryObject, writer: IncrementalPdfFileWriter) -> None:
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))


def a_cover(page: generic.DictionaryObject, writer: IncrementalPdfFileWriter) -> None:
    stamp = {"/Type": "/Annot", "/Subtype": "/Stamp"}
    note = generic.DictionaryObject({generic.NameObject(k): generic.NameObject(v) for k, v in stamp.items()})
    note["/Rect"] = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 595, 842)])
    page["/Annots"] = generic.ArrayObject([writer.add_object(note)])


@pytest.mark.parametrize("change", [other_words, a_cover])
def test_a_file_that_begins_with_the_paper_and_shows_another_is_not_taken(
    service: SealService, order: Order, change: Callable[[generic.DictionaryObject, IncrementalPdfFileWriter], None]
) -> None:
    service.appends = lambda document: appended(document, change)
    with pytest.raises(Unavailable, match="改动了正文，没有采用"):
        asked(service, order)


def test_the_settings_name_the_service_and_want_its_secret() -> None:
    from lianban.outside.sealing import build

    with pytest.raises(Exception, match="LIANBAN_SEAL_SERVICE_SECRET"):
        read({"LIANBAN_SEAL_SERVICE": "https://seal.example/api"})
    given = {"LIANBAN_SEAL_SERVICE": "https://seal.example/api", "LIANBAN_SEAL_SERVICE_SECRET": "x" * 32}
    assert isinstance(build(read(given)), ServiceSealer)
    assert isinstance(build(Settings()), FolderSealer)
