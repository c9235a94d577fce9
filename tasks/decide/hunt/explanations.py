"""Why somebody is in the chain, and why the chain did not close, in sentences."""

from tasks.decide.hunt.relations import RelationKind
from tasks.model.base import Sentence

_HOW: dict[RelationKind, tuple[str, str]] = {
    RelationKind.SUSPECT: ("告警所指的就是它。", "It is what the alert is about."),
    RelationKind.CREATED: ("由 {by} 通过 {operation} 创建。", "Created by {by} with {operation}."),
    RelationKind.KEY_CREATED: ("{by} 通过 {operation} 为其创建了密钥。", "{by} created a key for it with {operation}."),
    RelationKind.ASSUMED: ("{by} 通过 {operation} 扮演了该角色。", "{by} assumed this role with {operation}."),
    RelationKind.CHANGED: (
        "{by} 通过 {operation} 改动了此身份；只查看此后的活动。",
        "{by} changed it with {operation}; only what it did after that is counted.",
    ),
    RelationKind.KEY_ENABLED: (
        "{by} 通过 {operation} 改动了此密钥的状态。",
        "{by} changed the key's state with {operation}.",
    ),
    RelationKind.SIGNED: (
        "使用了链条中的密钥 {detail}（{operation}）。",
        "It signed with the chain's key {detail} ({operation}).",
    ),
    RelationKind.SAME_ADDRESS: (
        "从同一地址 {detail} 进行了操作（{operation}）。",
        "It acted from the same address {detail} ({operation}).",
    ),
}


def how_text(relation: RelationKind, *, by: str, operation: str, detail: str) -> Sentence:
    """Why somebody is in the chain."""
    zh, en = _HOW[relation]
    words = {"by": by, "operation": operation, "detail": detail}
    return Sentence(zh=zh.format(**words), en=en.format(**words))


def unattributed_text(name: str, operation: str) -> Sentence:
    """A name that belongs to nobody who is known."""
    return Sentence(
        zh=f"{operation} 改动了“{name}”，但查不到它的 ID，因此没有读取它的活动。",
        en=f"{operation} changed “{name}”, whose id is not known, so what it did was not read.",
    )


def cut_text(leads: int) -> Sentence:
    """The limit of leads cut the chain off."""
    return Sentence(
        zh=f"线索超过 {leads} 条，链条被截断。",
        en=f"There were more than {leads} leads; the chain was cut off there.",
    )


def overflow_text(what: Sentence, kept: int) -> Sentence:
    """More was found than is kept."""
    return Sentence(zh=f"{what.zh}过多，只保留 {kept} 条。", en=f"Too many {what.en}: {kept} are kept.")
