"""What an action takes: names, types and what is required."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tasks.sandbox.errors import missing, unknown, wrong_type

UINT64_MAX = 2**64 - 1


@dataclass(frozen=True)
class Param:
    """One parameter.

    Args:
        kind: `str`, `int`, `bool`, `float` or `object`.
        many: whether it is a list of that kind.
        fields: what an object holds; None for an object that the sandbox does not look into.
    """

    kind: str
    many: bool = False
    required: bool = False
    fields: "Shape | None" = None

    def check(self, name: str, value: Any) -> None:
        """Refuse a value of another type, and whatever is wrong inside it."""
        if not self.many:
            self._check_one(name, value)
            return
        if not isinstance(value, list):
            raise wrong_type(name)
        for index, item in enumerate(value):
            self._check_one(f"{name}.{index}", item)

    def _check_one(self, name: str, value: Any) -> None:
        if not _is(self.kind, value):
            raise wrong_type(name)
        if self.fields is not None:
            check(self.fields, value, prefix=f"{name}.")


Shape = Mapping[str, Param]


def shape(text: str = "", **objects: Param) -> Shape:
    """Write a shape down briefly.

    Args:
        text: `Name! Remark ConsoleLogin:int SecretIdList:str[]!`; `!` is required, no type means `str`.
        objects: the parameters that are objects.
    """
    plain = dict(_param(word) for word in text.split())
    return {**plain, **objects}


def objects(fields: Shape | None = None, *, required: bool = False) -> Param:
    """Describe a list of objects."""
    return Param("object", many=True, required=required, fields=fields)


def an_object(fields: Shape | None = None, *, required: bool = False) -> Param:
    """Describe an object."""
    return Param("object", required=required, fields=fields)


def check(expected: Shape, given: Mapping[str, Any], *, prefix: str = "") -> None:
    """Refuse parameters that are missing, wrong or unknown."""
    for name, param in expected.items():
        if param.required and given.get(name) is None:
            raise missing(prefix + name)
    for name, value in given.items():
        if name not in expected:
            raise unknown(prefix + name)
        if value is not None:
            expected[name].check(prefix + name, value)


def _param(word: str) -> tuple[str, Param]:
    required = word.endswith("!")
    name, _, kind = word.rstrip("!").partition(":")
    return name, Param(kind.removesuffix("[]") or "str", many=kind.endswith("[]"), required=required)


def _is(kind: str, value: Any) -> bool:
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= UINT64_MAX
    if kind == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, {"str": str, "bool": bool, "object": dict}[kind])
