"""The breaker of mode auto: containment must not become the weapon of who forges alerts or poses as colleagues.

What it holds back is not left undone: people are asked at once.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta

from tasks.decide.hunt.created import created_by_chain
from tasks.decide.sentences import both
from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Facts
from tasks.model.plan import Action
from tasks.model.policy import Policy
from tasks.model.principal import CoUser, Principal, PrincipalKind

WINDOW = timedelta(hours=1)
"""The time in which identities that were contained unasked are counted."""


def identities(actions: Iterable[Action], suspect: Principal | None, facts: Facts) -> frozenset[str]:
    """Uins that these actions shut out, without those that the intruder made: nobody of ours needs them."""
    made = created_by_chain(suspect, facts).principals if suspect else ()
    return frozenset(action.principal.uin for action in actions) - {one.uin for one in made}


def breaker(
    hit: frozenset[str], suspect: Principal | None, facts: Facts, policy: Policy, recent: frozenset[str]
) -> Sentence | None:
    """Why people are asked before these identities are shut out; None where nothing is against it.

    Args:
        hit: uins that would be shut out.
        suspect: whose rights the facts tell.
        recent: uins of this account that were contained unasked within the last hour.
    """
    return (
        _too_many(hit, policy, recent)
        or _too_large_a_share(hit, facts, policy, recent)
        or _last(hit, suspect, facts, recent)
    )


def _too_many(hit: frozenset[str], policy: Policy, recent: frozenset[str]) -> Sentence | None:
    count = len(hit | recent)
    if count <= policy.auto_per_hour:
        return None
    return both(
        f"先询问：一小时内自动处置的身份将达到 {count} 个，策略允许 {policy.auto_per_hour} 个（auto_per_hour）。",
        f"Asked first: {count} identities would have been contained unasked within an hour; the policy allows "
        f"{policy.auto_per_hour} (auto_per_hour).",
    )


def _too_large_a_share(hit: frozenset[str], facts: Facts, policy: Policy, recent: frozenset[str]) -> Sentence | None:
    """One identity is always allowed: of two people, one is half."""
    people = {user.principal.uin for user in _people(facts)}
    most = max(1, int(len(people) * policy.auto_share))
    count = len((hit | recent) & people) if people else len(hit | recent)
    if count <= most:
        return None
    of_zh, of_en = (str(len(people)),) * 2 if people else ("未知", "unknown number of")
    return both(
        f"先询问：一小时内自动处置将涉及 {count} 人（账号共 {of_zh} 人），策略只允许 {most} 人（auto_share）。",
        f"Asked first: {count} of the account's {of_en} people would have been contained unasked within an hour; the "
        f"policy allows {most} (auto_share).",
    )


def _last(hit: frozenset[str], suspect: Principal | None, facts: Facts, recent: frozenset[str]) -> Sentence | None:
    if not any(_may_be_admin(uin, suspect, facts) for uin in hit) or _others(hit | recent, facts):
        return None
    return both(
        "先询问：处置之后，不知道还有没有别的管理员能进入账号。",
        "Asked first: after it no other administrator is known who can still enter the account.",
    )


def _may_be_admin(uin: str, suspect: Principal | None, facts: Facts) -> bool:
    """Whether it may do everything; of whom that is not known, it may."""
    if suspect is not None and uin == suspect.uin and isinstance(facts.rights, Known):
        return facts.rights.value.admin
    return isinstance(facts.administrators, Unknown) or uin in _uins(facts.administrators.value)


def _others(gone: Collection[str], facts: Facts) -> frozenset[str]:
    """Administrators who can still enter: sub-users with a console login, and a main account that is in use."""
    listed = facts.administrators.value if isinstance(facts.administrators, Known) else ()
    runner = {facts.caller.value.uin} if isinstance(facts.caller, Known) else set[str]()
    shut = {user.principal.uin for user in _people(facts) if user.console is False}
    return (_uins(listed) | _main_in_use(facts)) - set(gone) - runner - shut


def _main_in_use(facts: Facts) -> set[str]:
    """The main account, where somebody logged in to it within the time that the audit log shows."""
    return {
        user.principal.uin
        for user in _people(facts)
        if user.principal.kind is PrincipalKind.MAIN and user.last_login is not None
    }


def _uins(principals: Iterable[Principal]) -> frozenset[str]:
    return frozenset(one.uin for one in principals)


def _people(facts: Facts) -> tuple[CoUser, ...]:
    return facts.co_users.value if isinstance(facts.co_users, Known) else ()
