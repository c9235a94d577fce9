"""State of the three protections, for everybody concerned."""

from collections.abc import Iterable
from functools import partial
from itertools import islice

from tasks.cloud import csip
from tasks.cloud.flags import Flags, flags_of
from tasks.cloud.users import Account
from tasks.lookup.collector import Collector, Source
from tasks.lookup.unavailable import unknown
from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Caller, Protections, Switch
from tasks.model.principal import Principal, PrincipalKind

PEOPLE_MAX = 30  # co-users that are looked at: the API takes 20 a second, and nobody hardens more in one go
NO_FLAGS = (PrincipalKind.ROLE, PrincipalKind.OTHER)  # identities that have none of these protections

State = Known[tuple[Protections, ...]] | Unknown


async def look_at_protections(
    collector: Collector,
    caller: Caller | None,
    suspect: Principal | None,
    people: tuple[Account, ...],
    root: csip.RootState | Sentence,
) -> State:
    """The main account's, the suspect's and those of co-users who can use the console."""
    source, own = collector.account(share=0.9), collector.source(share=0.9)
    concerned = whom(suspect, people)
    if not concerned:
        return Unknown(reason=_nobody())
    parts = await collector.each(
        partial(_read, own if _is(each, suspect) else source, each.user.principal, caller) for each in concerned
    )
    read = dict(parts.found)
    if not read and parts.errors and not isinstance(root, csip.RootState):
        return unknown(parts.errors[0])
    value = tuple(_protections(each, read.get(each.user.principal.uin, Flags()), root) for each in concerned)
    gaps = [*parts.gaps, *([root] if isinstance(root, Sentence) else []), *_left_out(concerned, people)]
    evidence = tuple(dict.fromkeys(own.evidence + source.evidence))
    return Known[tuple[Protections, ...]](value=value, evidence=evidence, gaps=tuple(dict.fromkeys(gaps)))


def whom(suspect: Principal | None, people: tuple[Account, ...]) -> list[Account]:
    """Those who are looked at: the main account, the suspect, then others with console login up to the limit."""
    main = [each for each in people if _is_main(each)]
    first = [each for each in people if _is(each, suspect) and not _is_main(each)]
    rest = (each for each in people if not _is_main(each) and not _is(each, suspect) and _can_enter(each))
    return [*main, *first, *islice(rest, PEOPLE_MAX)]


def _is_main(each: Account) -> bool:
    return each.user.principal.kind is PrincipalKind.MAIN


def _is(each: Account, suspect: Principal | None) -> bool:
    return suspect is not None and each.user.principal.uin == suspect.uin


def _can_enter(each: Account) -> bool:
    return each.user.console is not False and each.user.principal.kind not in NO_FLAGS


def _read(source: Source, who: Principal, caller: Caller | None) -> tuple[str, Flags]:
    return who.uin, flags_of(source, who.uin, caller)


def _protections(each: Account, found: Flags, root: csip.RootState | Sentence) -> Protections:
    """The security center fills in what CAM does not tell of the main account."""
    login, operation = found.login, found.operation
    if each.user.principal.kind is PrincipalKind.MAIN and isinstance(root, csip.RootState):
        login = root.login if login is Switch.UNKNOWN else login
        operation = root.operation if operation is Switch.UNKNOWN else operation
    return Protections(
        principal=each.user.principal,
        login=login,
        operation=operation,
        offsite=found.offsite,
        methods=found.methods,
        phone_bound=each.phone,
    )


def _left_out(concerned: list[Account], people: Iterable[Account]) -> list[Sentence]:
    looked_at = {each.user.principal.uin for each in concerned}
    count = sum(_can_enter(each) for each in people if each.user.principal.uin not in looked_at)
    if not count:
        return []
    return [
        Sentence(
            zh=f"另有 {count} 个可登录控制台的身份未查看保护状态（最多查看 {PEOPLE_MAX} 个）。",
            en=f"{count} more identities with console login were not looked at; the limit is {PEOPLE_MAX}.",
        )
    ]


def _nobody() -> Sentence:
    return Sentence(
        zh="不知道账号里有谁，无从查看。", en="Who is in the account is not known, so nobody could be looked at."
    )
