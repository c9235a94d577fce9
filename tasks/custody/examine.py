"""Examining a dossier: whether its timeline is whole, signed, and what the rows beside it say."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from pydantic import ValidationError

from tasks.custody.keys import PublicKey
from tasks.ledger.derived import differences, examined
from tasks.ledger.hash_chain import FIRST, check
from tasks.ledger.rows import ChainBroken, Dossier, IncidentStatus, SealRow
from tasks.ledger.seals import seal_hash, signed_text
from tasks.model.base import Sentence, Value


class Examined(Value):
    """What an examination found.

    Args:
        problems: what is not as it was written; empty where all is.
        notes: what is as it should be, and what could not be told.
    """

    incident_id: str
    problems: tuple[Sentence, ...]
    notes: tuple[Sentence, ...]


def examine(dossier: Dossier, keys: Mapping[str, PublicKey], anchored: Iterable[SealRow] = ()) -> Examined:
    """Examine an incident.

    Args:
        dossier: from the ledger or from an archive.
        keys: whose signatures count.
        anchored: seals that were kept elsewhere, of any incident.
    """
    mine = [seal for seal in anchored if seal.incident_id == dossier.incident_id]
    seals, unreadable = _seals(dossier)
    found = [*examined("timeline", partial(_chain, dossier)), *unreadable]
    for seal in seals:
        found += examined("seals", partial(_seal, dossier, keys, seal, elsewhere=False))
    for seal in mine:
        found += examined("seals", partial(_seal, dossier, keys, seal, elsewhere=True))
        found += [] if seal in seals else [_gone(seal)]
    if _is_closed(dossier) and not seals:
        found.append(UNSEALED)
    found += differences(dossier)
    return Examined(
        incident_id=dossier.incident_id,
        problems=tuple(dict.fromkeys(found)),
        notes=tuple(_notes(dossier, seals, mine)),
    )


def examine_seals(seals: Iterable[SealRow], anchored: Iterable[SealRow], incidents: set[str]) -> Iterator[Sentence]:
    """Say what is missing between all seals of a ledger, which follow each other.

    Args:
        seals: of the whole ledger, in their order.
        anchored: seals that were kept elsewhere.
        incidents: those that the ledger has.
    """
    expected, before, kept = 1, FIRST, set()
    for seal in seals:
        if seal.number != expected or seal.previous != before:
            yield _missing(expected, seal.number)
        if seal.incident_id not in incidents:
            yield _no_incident(seal)
        expected, before = seal.number + 1, seal_hash(seal)
        kept.add(before)
    for seal in anchored:
        if seal_hash(seal) not in kept:
            yield _gone(seal)


UNSEALED = Sentence(
    zh="事件已结束，时间线的末尾却没有签名：由旧版本结束，或签名被删。",
    en="it is closed and the end of its timeline is not signed: an older version closed it, or the seals were removed.",
)


def _chain(dossier: Dossier) -> Iterator[Sentence]:
    heads = dossier.tables.get("chains", ())
    if not heads:
        yield Sentence(zh="时间线的末尾不在了。", en="the end of the timeline is not kept any more.")
        return
    rows: Any = dossier.tables.get("timeline", ())
    told = check(rows, length=int(str(heads[0]["seq"])), head=str(heads[0]["hash"]))
    if isinstance(told, ChainBroken):
        yield Sentence(zh=f"时间线第 {told.seq} 条：{told.why}。", en=f"timeline entry {told.seq}: {told.why}.")


def _seals(dossier: Dossier) -> tuple[list[SealRow], list[Sentence]]:
    found, unreadable = [], []
    for row in dossier.tables.get("seals", ()):
        try:
            found.append(SealRow.model_validate(row, strict=False))
        except ValidationError:
            unreadable.append(
                Sentence(
                    zh=f"签名 {row.get('number')} 已被改动，读不出来。",
                    en=f"seal {row.get('number')} was changed and can't be read.",
                )
            )
    return found, unreadable


def _seal(dossier: Dossier, keys: Mapping[str, PublicKey], seal: SealRow, *, elsewhere: bool) -> Iterator[Sentence]:
    zh, en = ("另存的签名", "the anchored seal") if elsewhere else ("签名", "seal")
    key = keys.get(seal.key_id)
    if key is None:
        yield Sentence(
            zh=f"{zh} {seal.number} 出自未知的密钥 {seal.key_id}；已知的公钥用 --key 给出。",
            en=f"{en} {seal.number} is of the unknown key {seal.key_id}; give a key that you know with --key.",
        )
        return
    if not key.signed(signed_text(seal), seal.signature):
        yield Sentence(zh=f"{zh} {seal.number} 的签名不成立。", en=f"{en} {seal.number}: its signature does not hold.")
        return
    entries = {row["seq"]: row["hash"] for row in dossier.tables.get("timeline", ())}
    if seal.seq not in entries:
        yield Sentence(
            zh=f"{zh} {seal.number} 签过 {seal.seq} 条时间线，现在没有这么多：末尾被截掉了。",
            en=f"{en} {seal.number} is over {seal.seq} entries, and there are not so many: the end was cut off.",
        )
    elif entries[seal.seq] != seal.head:
        yield Sentence(
            zh=f"时间线前 {seal.seq} 条不是{zh} {seal.number} 签过的：时间线被改写了。",
            en=f"the first {seal.seq} entries are not those that {en} {seal.number} is over: they were rewritten.",
        )


def _gone(seal: SealRow) -> Sentence:
    return Sentence(
        zh=f"另存的签名 {seal.number}（{seal.incident_id}）在账本里没有了，或已不同。",
        en=f"the anchored seal {seal.number} ({seal.incident_id}) is not in the ledger any more, or is another one.",
    )


def _missing(expected: int, found: int) -> Sentence:
    return Sentence(
        zh=f"签名 {found} 接不上：其前的签名被删除或改动（应为 {expected}）。",
        en=f"seal {found} does not follow: one before it was removed or changed (expected was {expected}).",
    )


def _no_incident(seal: SealRow) -> Sentence:
    return Sentence(
        zh=f"签名 {seal.number} 所属的事件 {seal.incident_id} 不在账本里了。",
        en=f"seal {seal.number} is of incident {seal.incident_id}, which is not in the ledger any more.",
    )


def _is_closed(dossier: Dossier) -> bool:
    return any(row.get("status") == IncidentStatus.CLOSED.value for row in dossier.tables.get("incidents", ()))


def _notes(dossier: Dossier, seals: list[SealRow], anchored: list[SealRow]) -> Iterator[Sentence]:
    entries, evidence = len(dossier.tables.get("timeline", ())), len(dossier.tables.get("evidence", ()))
    yield Sentence(
        zh=f"时间线 {entries} 条，证据 {evidence} 份。", en=f"{entries} entries, {evidence} pieces of evidence."
    )
    if seals:
        last = seals[-1]
        later, when = entries - last.seq, f"{last.at:%Y-%m-%d %H:%M:%SZ}"
        yield Sentence(
            zh=f"最后的签名 {last.number}：{last.seq} 条，{when}，{last.key_id}；其后还有 {later} 条。",
            en=f"last seal {last.number}: {last.seq} entries, {when}, {last.key_id}; {later} later.",
        )
    if not _is_closed(dossier):
        yield Sentence(zh="事件还没有结束，结束时才签名。", en="it is still open, and is signed when it ends.")
    if not anchored:
        yield Sentence(
            zh="没有与另存的签名比较：日志或文件用 --anchor 给出。",
            en="not compared with seals that were kept elsewhere: give a log or file with --anchor.",
        )
