"""Which of the three protections are off, and for whom."""

from tasks.decide.identity import everybody
from tasks.model.fact import Known
from tasks.model.facts import NOT_GATHERED, Facts, Protections, Switch
from tasks.model.principal import Principal, PrincipalKind
from tasks.model.record import ProtectionOff


def protections_off(facts: Facts, suspect: Principal | None) -> tuple[ProtectionOff, ...]:
    """Every protection that is off or could not be read, for the owner, the suspect and whoever was looked at.

    None where the runbook does not look at them.
    """
    if facts.protections == NOT_GATHERED:
        return ()
    known = facts.protections.value if isinstance(facts.protections, Known) else ()
    seen = {state.principal.uin: state for state in known}
    for principal in _concerned(facts, suspect):
        seen.setdefault(principal.uin, Protections(principal=principal))
    owner_first = sorted(seen.values(), key=lambda state: state.principal.kind is not PrincipalKind.MAIN)
    return tuple(off for state in owner_first for off in _off(state))


def _concerned(facts: Facts, suspect: Principal | None) -> tuple[Principal, ...]:
    owner = tuple(one for one in everybody(facts) if one.kind is PrincipalKind.MAIN)
    return (*owner, *((suspect,) if suspect else ()))


def _off(state: Protections) -> tuple[ProtectionOff, ...]:
    name = state.principal.label
    found = (
        ProtectionOff(principal=name, protection="login", state=state.login),
        ProtectionOff(principal=name, protection="operation", state=state.operation),
        ProtectionOff(principal=name, protection="offsite", state=state.offsite),
    )
    return tuple(one for one in found if one.state is not Switch.ON)
