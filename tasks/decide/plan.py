"""The containment of exactly the principals in question, least first, and the parts that a plan is composed of."""

from collections.abc import Iterable, Iterator

from tasks.decide.action_texts import (
    IDENTITY_EFFECT,
    KEYS_NOT_READ,
    OWN_IDENTITY,
    ROLE_EFFECT,
    Site,
    by_api,
    by_hand,
    handed_over,
)
from tasks.decide.hunt.created import created_by_chain
from tasks.decide.identity import co_users
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Caller, Facts, Protections, Switch
from tasks.model.plan import Action, ActionKind, Plan
from tasks.model.policy import Policy
from tasks.model.principal import Principal, PrincipalKind

ORDER = (
    ActionKind.DISABLE_ACCESS_KEY,
    ActionKind.DISABLE_CONSOLE_LOGIN,
    ActionKind.QUARANTINE,
    ActionKind.RESET_PASSWORD,
    ActionKind.CHANGE_PASSWORD,
    ActionKind.ENABLE_PROTECTIONS,
    ActionKind.ENABLE_OFFSITE_PROTECTION,
    ActionKind.OFFSITE_CHECK,
    ActionKind.LOG_OUT_SESSIONS,
    ActionKind.ASK_COLLABORATOR,
)
"""Least first: what is undone by one call, then what is not, then what needs a person or the whole account."""


def containment_plan(principal: Principal | None, facts: Facts, policy: Policy, site: Site = "cn") -> Plan:
    """The plan against the suspect and what it created; empty where nobody can be named."""
    if principal is None:
        return Plan()
    wanted = (
        *against(principal, facts, site),
        *_also(principal, facts, policy, site),
        *against_created(principal, facts, site),
    )
    return plan_of(wanted, facts, site)


def plan_of(actions: Iterable[Action], facts: Facts, site: Site) -> Plan:
    """The plan of these actions: least first, each once, handed to a person where the runbook would lock itself out."""
    safe = {action.name: _safe(action, facts, site) for action in actions}
    return Plan(actions=tuple(sorted(safe.values(), key=lambda action: ORDER.index(action.kind))))


def against_created(principal: Principal, facts: Facts, site: Site) -> Iterator[Action]:
    """What takes away what this principal created: users and roles with all that they have, keys by themselves."""
    created = created_by_chain(principal, facts)
    for other in created.principals:
        yield from against(other, facts, site)
    for key, owner in created.keys.items():
        yield disable_key(owner, key, facts, site)


def against(principal: Principal, facts: Facts, site: Site) -> Iterator[Action]:
    """What takes this principal's access away."""
    yield from _keys(principal, facts, site)
    match principal.kind:
        case PrincipalKind.MAIN:
            yield from _main(principal, facts, site)
        case PrincipalKind.SUB_USER:
            yield from _sub_user(principal, facts)
        case PrincipalKind.COLLABORATOR:
            yield by_api(ActionKind.QUARANTINE, principal)
            yield by_hand(ActionKind.ASK_COLLABORATOR, principal, site=site)
        case PrincipalKind.ROLE:
            for kind in (ActionKind.DISABLE_CONSOLE_LOGIN, ActionKind.QUARANTINE):
                yield by_api(kind, principal).model_copy(update={"effect": ROLE_EFFECT})
        case PrincipalKind.WECOM | PrincipalKind.CIC:
            yield by_api(ActionKind.QUARANTINE, principal)
            sessions = by_api(ActionKind.LOG_OUT_SESSIONS, principal)
            yield handed_over(sessions, site=site).model_copy(update={"effect": IDENTITY_EFFECT})
        case PrincipalKind.OTHER:
            yield by_hand(ActionKind.QUARANTINE, principal, site=site)


def _sub_user(principal: Principal, facts: Facts) -> Iterator[Action]:
    console = next((user.console for user in co_users(facts) if user.principal.uin == principal.uin), None)
    if console is not False:
        yield by_api(ActionKind.DISABLE_CONSOLE_LOGIN, principal)
    yield by_api(ActionKind.QUARANTINE, principal)
    if console is not False:
        yield by_api(ActionKind.RESET_PASSWORD, principal)


def _main(principal: Principal, facts: Facts, site: Site) -> Iterator[Action]:
    yield by_hand(ActionKind.CHANGE_PASSWORD, principal, site=site)
    state = protections_of(principal, facts)
    if state is None or state.offsite is not Switch.ON:
        yield by_hand(ActionKind.ENABLE_OFFSITE_PROTECTION, principal, site=site)
    yield by_hand(ActionKind.LOG_OUT_SESSIONS, principal, site=site)


def _also(principal: Principal, facts: Facts, policy: Policy, site: Site) -> Iterator[Action]:
    """What protects the suspect's own account from the next break-in."""
    state = protections_of(principal, facts)
    if principal.kind is PrincipalKind.SUB_USER and state is not None and _may_be_protected(state):
        yield by_api(ActionKind.ENABLE_PROTECTIONS, principal)
    below = principal.kind in (PrincipalKind.SUB_USER, PrincipalKind.COLLABORATOR, PrincipalKind.WECOM)
    if policy.offsite_check and below and site == "cn":
        yield by_api(ActionKind.OFFSITE_CHECK, principal)


def _may_be_protected(state: Protections) -> bool:
    """A method in use may be stronger than the phone check and is never written over."""
    off = Switch.OFF in (state.login, state.operation)
    return off and state.phone_bound is not False and not state.methods


def protections_of(principal: Principal, facts: Facts) -> Protections | None:
    """The protections of one principal, where they are known."""
    known = facts.protections.value if isinstance(facts.protections, Known) else ()
    return next((state for state in known if state.principal.uin == principal.uin), None)


def _keys(principal: Principal, facts: Facts, site: Site) -> Iterator[Action]:
    if principal.kind is PrincipalKind.ROLE:
        return  # a role has temporary keys only; the quarantine takes their permissions
    if isinstance(facts.keys, Unknown):
        unread = by_api(ActionKind.DISABLE_ACCESS_KEY, principal)
        yield handed_over(unread, site=site, why=KEYS_NOT_READ)
        return
    for key in facts.keys.value:
        if key.owner.uin == principal.uin and key.active:
            yield disable_key(principal, key.key_id, facts, site)


def disable_key(owner: Principal, key_id: str, facts: Facts, site: Site) -> Action:
    """The API disables a main account's key for the main account only, and no key whose owner is unknown.

    Args:
        owner: whose key it is; of kind `other` where nobody knows.
    """
    caller = _caller(facts)
    out_of_reach = owner.kind is PrincipalKind.OTHER or (
        owner.kind is PrincipalKind.MAIN and (caller is None or caller.kind is not PrincipalKind.MAIN)
    )
    if out_of_reach:
        return by_hand(ActionKind.DISABLE_ACCESS_KEY, owner, site=site, target=key_id)
    return by_api(ActionKind.DISABLE_ACCESS_KEY, owner, key_id)


def _caller(facts: Facts) -> Caller | None:
    return facts.caller.value if isinstance(facts.caller, Known) else None


def _safe(action: Action, facts: Facts, site: Site) -> Action:
    """The action, handed to a person where the runbook would lock itself out."""
    caller = _caller(facts)
    if caller is None or action.principal.uin != caller.uin or action.how == "manual":
        return action
    if action.kind is ActionKind.DISABLE_ACCESS_KEY and caller.key_id and caller.key_id != action.target:
        return action
    return handed_over(action, site=site, why=OWN_IDENTITY)
