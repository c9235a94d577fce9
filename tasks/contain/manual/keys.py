"""Keys that a person disabled or deleted in the web console."""

from tasks.cloud.keys import key_of, keys_of
from tasks.contain.access_key import AccessKeyControl, KeyState
from tasks.contain.manual.step import SAID, UNUSED, ManualStep, Seen, statement, still_used
from tasks.contain.messages import joined, unread
from tasks.errors import CloudError
from tasks.model.base import Sentence


def keys(step: ManualStep) -> Seen:
    """The owner's list of keys says it; where it can't be read, the audit log may say the contrary."""
    try:
        return _every_key(step) if step.names_no_key else _one_key(step)
    except CloudError as error:
        return _unlisted(step, error)


def _one_key(step: ManualStep) -> Seen:
    found = key_of(step.cloud, step.action.principal, step.action.target)
    if found is None:
        return _gone(step)
    told = AccessKeyControl(step.action).tell(KeyState(active=found.active))
    return ("failed", joined(SAID, told)) if found.active else ("verified", told)


def _every_key(step: ManualStep) -> Seen:
    """Where the step names no key, those left active may be known to somebody: that is attested, with their ids."""
    listed = keys_of(step.cloud, step.action.principal)
    active = "、".join(key.key_id for key in listed if key.active)
    if not active:
        return "verified", Sentence(zh="读回：没有启用的密钥。", en="Read back: no key is active.")
    left = Sentence(zh=f"仍启用的密钥：{active}。", en=f"These keys are still active: {active.replace('、', ', ')}.")
    return "attested", joined(statement(step), left)


def _gone(step: ManualStep) -> Seen:
    """A key that is no longer listed was deleted, unless it was used since."""
    told = AccessKeyControl(step.action).tell(KeyState(active=None))
    used = step.audit.key_used(step.action.target)
    if isinstance(used, CloudError):
        return "attested", joined(statement(step), told, unread(used))
    return ("failed", joined(SAID, still_used(used))) if used else ("verified", joined(told, UNUSED))


def _unlisted(step: ManualStep, error: CloudError) -> Seen:
    """The list can't be read: uses since speak against the statement, none do not prove it."""
    if step.names_no_key:
        return "attested", joined(statement(step), unread(error))
    used = step.audit.key_used(step.action.target)
    if isinstance(used, CloudError):
        return "attested", joined(statement(step), unread(error), unread(used))
    return (
        ("failed", joined(SAID, still_used(used)))
        if used
        else ("attested", joined(statement(step), unread(error), UNUSED))
    )
