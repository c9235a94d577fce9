"""The policy file of an account."""

import logging
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo, field_validator

from tasks.config.yaml_file import load_yaml
from tasks.errors import InputError
from tasks.model.base import Line
from tasks.model.person_name import compared, name_fault
from tasks.model.policy import Person, Policy
from tasks.model.same_person import same_people

log = logging.getLogger("runbooks.policy")


def _plain(name: str) -> str:
    fault = name_fault(name)
    if fault is not None:
        raise ValueError(f"{name!r} {fault}")
    return name


PlainName = Annotated[Line, AfterValidator(_plain)]
"""A name in which all can be seen."""


class _DeclaredPerson(Person):
    """A person as a file may declare one."""

    name: PlainName
    principals: tuple[PlainName, ...] = ()


class _PolicyFile(Policy):
    """A policy as a file may hold it; of those that runs keep, earlier versions asked less."""

    people: tuple[_DeclaredPerson, ...] = ()

    @field_validator("people")
    @classmethod
    def _each_by_a_name_of_its_own(cls, people: tuple[Person, ...]) -> tuple[Person, ...]:
        known: dict[str, str] = {}
        for one in people:
            name = compared(one.name)
            if name in known:
                raise ValueError(f"{known[name]!r} and {one.name!r} are compared as one name; write each its own")
            known[name] = one.name
        return people

    @field_validator("approvals_needed")
    @classmethod
    def _as_many_approvers(cls, needed: int, info: ValidationInfo) -> int:
        declared: tuple[Person, ...] = info.data.get("people", ())
        count = len(same_people(tuple(one for one in declared if one.approver)))
        if needed > max(count, 1):
            raise ValueError(
                f"{needed} approvals need {needed} different approvers, and `people` declares {count}; give {needed} "
                "people `approver: true` who share no principal, or say approvals_needed: 1"
            )
        return needed


def load_policy(path: Path | None) -> Policy:
    """Read the policy; without a path the safe defaults hold.

    Raises:
        InputError: the file can't be read or is wrong; names the line.
    """
    if path is None:
        return Policy()
    read = load_yaml(path.expanduser(), _PolicyFile, what="RUNBOOKS_POLICY")
    return Policy.model_validate(read.model_dump())


class CurrentPolicy:
    """The policy file, read again when it changes; a wrong one leaves the last good one in force."""

    def __init__(self, path: Path | None) -> None:
        self._path = path.expanduser() if path else None
        self._stamp = self._changed()
        self._policy = load_policy(self._path)

    def __call__(self) -> Policy:
        """The policy in force now."""
        stamp = self._changed()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._policy = load_policy(self._path)
                log.warning("the policy file was read again")
            except InputError as error:
                log.error("the policy file was changed and is wrong; the last good one stays in force: %s", error)  # noqa: TRY400 - one line
        return self._policy

    def _changed(self) -> int:
        return self._path.stat().st_mtime_ns if self._path is not None and self._path.exists() else 0
