"""What the live account says of the runner's own key."""

from collections.abc import Iterator
from functools import cached_property

from tasks.cloud import policies, users
from tasks.cloud.api import READ_VERBS
from tasks.cloud.client import Cloud
from tasks.cloud.cloud_clock import cloud_time
from tasks.cloud.identity import caller
from tasks.cloud.permissions import CONTAINMENT, needs
from tasks.config.policy_file import load_policy
from tasks.config.settings import settings
from tasks.context import cloud_at, utc_now
from tasks.decide.checkup.credential import judge_console, judge_owner
from tasks.decide.checkup.machine import judge_clock
from tasks.decide.checkup.permissions import Granted, Needed, judge_excess, judge_permissions
from tasks.decide.checkup.wording import danger, ok, unknown
from tasks.errors import BadCredential, CloudError, Denied, InputError, LedgerError
from tasks.ledger.look import look_at, open_principals
from tasks.lookup.unavailable import reason
from tasks.model.facts import Caller
from tasks.model.finding import Finding
from tasks.model.policy import Mode, Policy
from tasks.model.principal import CoUser, Principal, PrincipalKind


class Account:
    """The account that the runner is set to; who asks is read once, and no other call is made where that fails."""

    def __init__(self, mode: Mode | None) -> None:
        self._mode: Mode | None = mode

    def clock(self) -> Iterator[Finding]:
        """How far our clock is off the cloud's."""
        yield judge_clock(utc_now() - cloud_time(self._cloud))

    def credential(self) -> Iterator[Finding]:
        """Whose the key is."""
        try:
            us = self._caller
        except BadCredential as exc:
            what = (f"云 API 不接受这把密钥（{exc.code}）。", f"the cloud does not accept the key ({exc.code}).")
            mend = (
                "检查 TENCENTCLOUD_SECRET_ID 和 TENCENTCLOUD_SECRET_KEY，以及本机时钟。",
                "check TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, and this machine's clock.",
            )
            yield danger(what, mend)
            return
        if us.kind is not PrincipalKind.SUB_USER:
            yield judge_owner(us, frozenset(), self._policy, self._suspects())
            return
        try:
            found = self._user(us.uin)
        except CloudError as exc:
            yield judge_owner(us, frozenset(), self._policy, self._suspects())
            yield not_known(exc)
            return
        names = frozenset({found.principal.name} if found else ())
        yield judge_owner(us, names, self._policy, self._suspects())
        console = judge_console(us.uin, console=found.console if found else None)
        if console:
            yield console

    def permissions(self) -> Iterator[Finding]:
        """What it may do, beside what the mode needs."""
        us = self._caller
        if us.kind is PrincipalKind.MAIN:
            yield ok("主账号什么都可以做（见上）。", "a main account may do everything; see above.")
            return
        who = Principal(kind=us.kind, uin=us.uin, name=us.uin)
        mode: Mode = self._mode or self._policy.mode
        needed = tuple(Needed(*need) for need in needs(mode, self._cloud.site))
        writes = tuple(action for need in CONTAINMENT for action in need.actions if not _reads(action))
        attached = policies.attached_policies(self._cloud, who)
        granted = tuple(one for each in attached for one in self._says(each.id))
        yield from judge_permissions(granted, self._boundary(who), needed)
        yield judge_excess(granted, tuple(each.name for each in attached if each.admin), needed, writes, mode)

    @cached_property
    def _cloud(self) -> Cloud:
        return cloud_at(settings().endpoint or "", settings().site)

    @cached_property
    def _caller(self) -> Caller:
        return caller(self._cloud)

    @cached_property
    def _policy(self) -> Policy:
        """The policy file's; what is wrong with the file is another check's finding."""
        try:
            return load_policy(settings().policy)
        except InputError:
            return Policy()

    def _suspects(self) -> frozenset[str]:
        """Whom open incidents are about; what is wrong with the ledger is another check's finding."""
        try:
            there = look_at(settings().ledger).current
            return open_principals(settings().ledger) if there else frozenset()
        except LedgerError:
            return frozenset()

    def _user(self, uin: str) -> CoUser | None:
        listed = (each.user for each in users.sub_users(self._cloud))
        return next((user for user in listed if user.principal.uin == uin), None)

    def _says(self, policy_id: int) -> tuple[Granted, ...]:
        return tuple(
            Granted(one.effect == "allow", one.actions, everywhere="*" in one.resources and not one.narrowed)
            for one in policies.statements(self._cloud, policy_id)
        )

    def _boundary(self, who: Principal) -> tuple[Granted, ...] | None:
        """The boundary's statements; the international site knows of none."""
        if self._cloud.site == "intl":
            return None
        found = policies.boundary(self._cloud, who)
        return self._says(found.id) if found else None


def not_known(error: CloudError) -> Finding:
    """What a call that failed leaves open."""
    if isinstance(error, Denied):
        return unknown(reason(error), (f"授予 {error.action} 后再查。", f"grant {error.action}, and look again."))
    return unknown(
        reason(error), ("检查到云 API 的网络，稍后再查。", "see to the way to the cloud's API, and look again.")
    )


def _reads(action: str) -> bool:
    return action.partition(":")[2].startswith(READ_VERBS)
