"""Where an address is, as sentences: what the sources agree on, how sure that is, and what each of them says."""

from collections.abc import Mapping

from tasks.decide.sentences import both
from tasks.model.base import Sentence
from tasks.model.whereabouts import Certainty, Role, Voice, Whereabouts
from tasks.reporting.fact_sentences import place_words

CERTAINTY: Mapping[Certainty, Sentence] = {
    Certainty.AGREED: both("多个来源一致", "sources agree"),
    Certainty.SINGLE: both("仅一个来源", "one source only"),
    Certainty.DISPUTED: both("来源不一致，只取共同部分，不作证据", "sources disagree: what they share, and no proof"),
    Certainty.STALE: both("数据过旧，不作证据", "data too old to prove anything"),
    Certainty.HUB: both("运营商出口，只到省级", "a carrier's hub, good for the province only"),
    Certainty.UNKNOWN: both("没有来源知道", "no source knows"),
}


def whereabouts(value: Whereabouts) -> tuple[Sentence, ...]:
    """The place with how sure it is, whose network it is, and each source's own word."""
    return (place(value), *network(value), *map(voice, placing(value)))


def place(value: Whereabouts) -> Sentence:
    """What the sources agree on, and how sure it is."""
    words, sure = place_words(value.place), CERTAINTY[value.certainty]
    return both(f"{words.zh}（{sure.zh}）", f"{words.en} ({sure.en})")


def network(value: Whereabouts) -> tuple[Sentence, ...]:
    """The network by number and name, where it is known."""
    if value.asn is None:
        return ()
    name = f"AS{value.asn} {value.operator}".strip()
    return (both(f"网络：{name}", f"network: {name}"),)


def placing(value: Whereabouts) -> tuple[Voice, ...]:
    """The sources that place an address; others only name its network."""
    return tuple(each for each in value.voices if each.role is not Role.NETWORK)


def voice(value: Voice) -> Sentence:
    """What one source says, and of what day its data are."""
    said, name = place_words(value.place), " ".join(filter(None, (value.name, str(value.dated or ""))))
    old = both("（数据过旧）", " (too old)") if value.stale else both("", "")
    return both(f"{name}{old.zh}：{said.zh}", f"{name}{old.en}: {said.en}")
