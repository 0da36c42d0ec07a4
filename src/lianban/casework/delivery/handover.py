"""What is delivered on the spot: signed for, left behind, or put on the holder's page (民事诉讼法 87–90 by analogy).

What is decided may be fetched before the rest is: the law counts ten working days from each decision. Nothing is
handed over twice, and the case is delivered when everything is. The window needs no look into the record for this: it
sees names of results, masked people and the papers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework.attachments import Attachment
from lianban.casework.delivery import consents
from lianban.casework.delivery.evidence import kept
from lianban.casework.delivery.running import begin, case_delivered, fresh, received
from lianban.casework.delivery.standing import Carried, all_delivered, at_window, chosen
from lianban.casework.idempotency import once
from lianban.casework.owed import catch_up
from lianban.casework.progress import Held
from lianban.casework.tasks.checking import unprintable
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor
from lianban.rules.lifecycles import fire
from lianban.rules.notices import BY_HAND, METHODS
from lianban.rules.remedies import online

ON_THE_SPOT = {**dict.fromkeys(BY_HAND, "hand_over"), "electronic": "upload", "left": "leave"}
"""Method → the event of its life. The other ways take their time: sending, cabinet, announcing."""
LONGEST_NAME, LONGEST_NOTE = 60, 500
_REMEDIES = "SELECT title, number, content ->> 'remedy' AS remedy FROM papers WHERE id = ANY($1) ORDER BY number"
_LAST = """
SELECT id, receipt_id FROM deliveries WHERE case_id = $1 AND status = 'delivered' ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A hand-over with its receipt. `status` stays what it was while something is still to come or to be fetched."""

    case_id: UUID
    delivery_id: UUID
    paper_id: UUID
    status: str


async def hand_over(
    case_id: UUID,
    *,
    receiver: str = "",
    relation: str = "本人",
    results: Sequence[UUID] | None = None,
    papers: Sequence[UUID] | None = None,
    method: str = "window",
    id_last_four: str = "",
    witness: str = "",
    refused_by: str = "",
    place: str = "",
    note: str = "",
    file: Attachment | None = None,
    old_back: bool = False,
    by: Actor,
    at: datetime,
    key: str = "",
) -> Delivered:
    """Hand over results and papers and issue the 送达回证; the last one makes the case delivered.

    None for `results` means all that still lie here, None for `papers` the decisions that go along. `method` is a key
    of ON_THE_SPOT. `file` is an agent's letter of authorisation, or the picture or film of what was left behind.
    `old_back`: what was replaced by a corrected result has been brought back; otherwise it is declared void.
    Raises NotFound, Conflict when nothing lies here yet and for what has gone or was revoked, Invalid with the fields.
    """
    texts = {
        name: " ".join(text.split())
        for name, text in {
            "receiver": receiver,
            "relation": relation,
            "id_last_four": id_last_four.upper(),
            "witness": witness,
            "refused_by": refused_by,
            "place": place,
        }.items()
    } | {"note": note.strip()}

    async def run() -> dict[str, Any]:
        async with at_window(case_id, by) as held:
            if await _only_to_say_so(held, results, papers):
                last = await connection().fetchrow(_LAST, held.id)
                await case_delivered(held, last["id"], by=by, at=at)
                return _answer(last["id"], last["receipt_id"], held)
            what = await chosen(held, results, papers)
            agents = await _agents(held) if method == "agent" else ()
            mandate = "" if method != "agent" else "party" if texts["receiver"] in agents else "file" if file else ""
            _check(texts, method, mandate, evidence=file is not None)
            agreed = await consents.standing(held.id) if method == "electronic" else None
            life = fresh(
                held,
                receiver=texts["receiver"],
                consent=agreed is not None,
                witnessed=bool(texts["refused_by"] and texts["place"] and (texts["witness"] or file)),
            )
            fire(life, ON_THE_SPOT[method], by)
            if agreed is not None:
                _downloadable(what)
                await _reviewable_online(what)
                texts["receiver"] = agreed.person
                texts["relation"] = ""
            columns = texts | {"mandate": mandate, "consent_id": agreed.id if agreed else None}
            columns |= await kept(held.id, file) if method in ("agent", "left") else {}
            columns["note"] = await _old_ones(held, what, old_back=old_back, note=texts["note"])
            id = await begin(
                held, what, method=method, status=life.state, delivered_at=at, counts_at=at, **columns, by=by, at=at
            )
            row = await connection().fetchrow("SELECT * FROM deliveries WHERE id = $1", id)
            return _answer(id, await received(held, row, what, by=by, at=at), held)

    wanted = [None if ids is None else sorted(str(id) for id in ids) for ids in (results, papers)]
    asked = [str(case_id), wanted, method, *texts.values(), file.sha256 if file else "", old_back]
    await catch_up(case_id, at=at)
    async with transaction():
        answer = await once(key, "hand_over", by=by, at=at, fingerprint=asked, run=run)
    return Delivered(case_id, UUID(answer["delivery_id"]), UUID(answer["paper_id"]), answer["status"])


async def _only_to_say_so(held: Held, results: Sequence[UUID] | None, papers: Sequence[UUID] | None) -> bool:
    """Everything was handed over before the last item came to its end: only the case does not know it yet."""
    if held.life.state != "decided" or results or papers:
        return False
    return await all_delivered(held) and await connection().fetchrow(_LAST, held.id) is not None


async def _agents(held: Held) -> tuple[str, ...]:
    rows = await connection().fetch("SELECT name FROM parties WHERE case_id = $1 AND role = 'agent'", held.id)
    return tuple(row["name"] for row in rows)


def _downloadable(what: Carried) -> None:
    """Raise Invalid for a result that has no file: it cannot arrive in any system (民事诉讼法 90)."""
    if bare := [r["name"] for r in what.results if not r["file_name"]]:
        raise errors.Invalid(
            f"“{'”“'.join(bare)}”没有电子文件，不能电子送达；请取消勾选，用其他方式送达，或者请部门补传电子证照。",
            {"results": "有的结果没有电子文件。"},
        )


async def _reviewable_online(what: Carried) -> None:
    """Raise Conflict for a decision that may be reviewed but does not say how on the web (行政复议法 22)."""
    rows = await connection().fetch(_REMEDIES, [p["id"] for p in what.papers])
    if bare := [f"《{r['title']}》（{r['number']}）" for r in rows if r["remedy"] and not online(r["remedy"])]:
        raise errors.Conflict(
            f"{'、'.join(bare)}没有写明网上申请行政复议的渠道，不能电子送达：通过互联网送达决定的，应当同时提供网上申请"
            "复议的渠道（行政复议法第二十二条）。请取消勾选，用其他方式送达，或者请部门更正救济途径后再送达。"
        )


async def _old_ones(held: Held, what: Carried, *, old_back: bool, note: str) -> str:
    """What becomes of results that corrected ones replace; the note with the words for it."""
    rows = await connection().fetch(
        "UPDATE results SET old_one = $3 WHERE case_id = $1 AND old_one = 'out' AND superseded_by = ANY($2)"
        " RETURNING name, number",
        held.id,
        [r["id"] for r in what.results],
        "back" if old_back else "void",
    )
    if not rows:
        return note
    names = "、".join(" ".join(part for part in (r["name"], r["number"]) if part) for r in rows)
    return "；".join(part for part in (note, f"原{names}{'已经收回' if old_back else '没有收回，声明作废'}") if part)


def _answer(delivery: UUID, paper: UUID, held: Held) -> dict[str, Any]:
    return {"delivery_id": str(delivery), "paper_id": str(paper), "status": held.life.state}


def _check(texts: Mapping[str, str], method: str, mandate: str, *, evidence: bool) -> None:
    """Raise Invalid with the fields unless the receipt can be filled."""
    fields = {}
    if method not in ON_THE_SPOT:
        names = "、".join(METHODS[each] for each in ON_THE_SPOT)
        raise errors.Invalid(f"请选择送达方式：{names}。", {"method": "请选择送达方式。"})
    if not texts["receiver"] and method in BY_HAND:
        fields["receiver"] = "请写明领取人的姓名。"
    for name in ("receiver", "relation", "witness", "refused_by", "place"):
        if len(texts[name]) > LONGEST_NAME:
            fields[name] = f"不超过 {LONGEST_NAME} 字，请缩短。"
    last = texts["id_last_four"]
    if last and not (len(last) == 4 and last[:3].isdecimal() and last.isascii()):
        fields["id_last_four"] = "请填写领取人证件号码的后四位，或者留空。"
    if method != "window" and method in BY_HAND and texts["relation"] in ("", "本人"):
        fields["relation"] = "代领的，请写明领取人与申请人的关系。"
    if method == "agent" and not mandate:
        fields["file"] = "代理人不是本办件登记的代理人，请上传授权委托书。"
    if method == "left":
        missing = {"refused_by": "请写明谁拒绝签收。", "place": "请写明在哪里留置。"}
        fields |= {name: sentence for name, sentence in missing.items() if not texts[name]}
        if not texts["witness"] and not evidence:
            fields["witness"] = "留置送达必须写明见证人，或者上传拍照、录像的文件。"
    if len(texts["note"]) > LONGEST_NOTE:
        fields["note"] = f"备注最多 {LONGEST_NOTE} 字，请缩短。"
    fields |= unprintable(texts)
    if fields:
        raise errors.Invalid("".join(fields.values()), fields)
