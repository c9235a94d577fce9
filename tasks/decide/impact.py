"""Step 6: whether sensitive operations were done or resources are affected."""

from tasks.decide.sentences import both, shorten
from tasks.model.answer import Answer
from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Trail

RESOURCES_AFFECTED = "resources_affected"
"""The last question of every runbook; facts alone answer it."""


def resources_affected(trail: Known[Trail] | Unknown) -> Answer:
    """Yes on any sensitive event that succeeded or any touched resource; no only of a log that was read to its end."""
    if isinstance(trail, Unknown):
        return _answer("unknown", _unread(trail.reason), ())
    seen = trail.value
    if seen.resources or any(one.event.succeeded for one in seen.sensitive):
        return _answer("yes", _affected(seen), trail.evidence)
    if not seen.closed or trail.gaps:
        return _answer("unknown", _partly(trail.gaps), trail.evidence)
    why = both(
        f"云审计 {seen.events} 条相关记录中没有敏感操作，也没有资源受到影响。",
        f"The {seen.events} records of CloudAudit show no sensitive operation and no affected resource.",
    )
    return _answer("no", why, trail.evidence)


def _answer(value: str, why: Sentence, evidence: tuple[str, ...]) -> Answer:
    return Answer(question=RESOURCES_AFFECTED, value=value, source="fact", by="trail", evidence=evidence, why=why)


def _affected(seen: Trail) -> Sentence:
    operations = shorten(tuple(dict.fromkeys(f"{one.event.service}:{one.event.name}" for one in seen.sensitive)))
    resources = shorten(tuple(dict.fromkeys(f"{one.resource.kind}/{one.resource.name}" for one in seen.resources)))
    zh = f"敏感操作 {len(seen.sensitive)} 次（{operations.zh or '无'}），涉及资源：{resources.zh or '无'}。"
    en = f"{len(seen.sensitive)} sensitive operations ({operations.en or 'none'}); resources: {resources.en or 'none'}."
    return both(zh, en)


def _unread(reason: Sentence) -> Sentence:
    return both(
        f"云审计日志无法读取（{reason.zh}），需要有人到控制台查看。",
        f"The audit log can't be read ({reason.en}); a person must read it in the console.",
    )


def _partly(gaps: tuple[Sentence, ...]) -> Sentence:
    zh = "；".join(gap.zh for gap in gaps) or "查询达到上限"
    en = "; ".join(gap.en for gap in gaps) or "a limit cut it off"
    return both(
        f"云审计日志只读到一部分（{zh}），未发现影响，但需要有人查看其余部分。",
        f"The audit log was read only in part ({en}); it shows nothing so far, but a person must read the rest.",
    )
