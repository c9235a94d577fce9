"""What the tests of containment act with: a sandbox, the real SDK towards it, and a ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tencentcloud.common.credential import Credential

from tasks.cloud import keys
from tasks.cloud.api import Called
from tasks.cloud.client import Cloud
from tasks.contain.execute import contain
from tasks.contain.responder import Responder
from tasks.contain.undo import undo
from tasks.ledger.store import Ledger
from tasks.model.base import Sentence
from tasks.model.plan import Action, ActionKind, How, Outcome
from tasks.model.principal import Principal, PrincipalKind
from tasks.sandbox.server import Sandbox
from tasks.sandbox.state import Person, Role
from tests import incidents
from tests.calls import READS
from tests.people import ROOT, RUNNER

PLAN = "plan00000001"


def act(kind: ActionKind, who: Principal, target: str = "", *, how: How = "api") -> Action:
    words = Sentence(zh="一步", en="a step")
    return Action(kind=kind, target=target or who.uin, principal=who, how=how, title=words, effect=words, undo=words)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Stage:
    """What a test acts with."""

    sandbox: Sandbox
    cloud: Cloud
    ledger: Ledger
    ledger_file: Path
    incident: str

    def contain(self, action: Action, plan_hash: str = PLAN) -> Outcome:
        return contain(self._responder, action, plan_hash=plan_hash, by="olivia")

    def undo(self, outcome: Outcome) -> Outcome:
        return undo(self._responder, outcome, by="olivia")

    @property
    def _responder(self) -> Responder:
        return Responder(self.cloud, self.ledger, self.incident, owner="run-1", now=now)

    def writes(self, *, answered: bool = False) -> list[str]:
        """Names of the runner's calls that were meant to change something; only those that did, where asked."""
        seen = [call for call in self.sandbox.calls() if call.principal == RUNNER.name]
        return [call.action for call in seen if not call.action.startswith(READS) and not (answered and call.code)]

    def signed_by(self, key_id: str, secret: str, token: str | None = None) -> "Stage":
        return replace(self, cloud=Cloud(credential=Credential(key_id, secret, token), endpoint=self.sandbox.url))

    def signed_by_key_of(self, name: str) -> "Stage":
        return self.signed_by(*self.sandbox.credentials(name).values())

    def watched(self, sent: list[str]) -> "Stage":
        """The same, with each call's name noted as it is sent."""

        def note(called: Called) -> None:
            sent.append(called.action)

        return replace(self, cloud=replace(self.cloud, on_call=note))

    def key_active(self, owner: Principal, key_id: str) -> bool | None:
        found = keys.key_of(self.cloud, owner, key_id)
        return found.active if found else None

    def person(self, who: Principal) -> Person:
        return next(one for one in self.sandbox.world.cloud.people if str(one.uin) == who.uin)

    def role(self, who: Principal) -> Role:
        return next(one for one in self.sandbox.world.cloud.roles if one.id == who.uin)

    def state_of(self, who: Principal) -> dict[str, object]:
        """All that containment may change of somebody."""
        part = self.role(who) if who.kind is PrincipalKind.ROLE else self.person(who)
        keys = {key.id: key.active for key in self.sandbox.world.cloud.keys if str(key.owner) == who.uin}
        return {**part.model_dump(exclude={"last_login", "last_ip"}), "keys": keys}


@contextmanager
def open_stage(scenario: str, ledger: Ledger, ledger_file: Path) -> Iterator[Stage]:
    """Set up a cloud and an incident of the test's own."""
    with Sandbox.start(scenario) as sandbox:
        incident = incidents.opened(ledger, now(), account=ROOT.uin, mode="approve", endpoint=sandbox.url)
        cloud = Cloud(credential=Credential(*sandbox.credentials().values()), endpoint=sandbox.url)
        yield Stage(sandbox, cloud, ledger, ledger_file, incident.id)
