"""YAML files that people write: read into a model, with errors that name the line."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tasks.errors import InputError

MAX_BYTES = 256 * 1024  # nobody writes more by hand; more is a mistake or an attack on the parser

M = TypeVar("M", bound=BaseModel)


class _Loader(yaml.SafeLoader):
    """YAML 1.1 without its boolean words: `yes` and `no` are answers here, not true and false."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_BOOLEANS = {"true": True, "false": False}


def _read(path: Path, what: str) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(what, f"{path} is larger than {MAX_BYTES // 1024} KiB; name a smaller file")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else "is not UTF-8 text"
        raise InputError(what, f"{path} can't be read ({reason}); name a readable YAML file") from exc


def _booleans(node: object) -> object:
    """Give `true` and `false`, and only these, their meaning back."""
    if isinstance(node, dict):
        return {key: _booleans(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_booleans(value) for value in node]
    return _BOOLEANS.get(node, node) if isinstance(node, str) else node


def _place_of(text: str, error: ErrorDetails) -> tuple[str, int]:
    """The field that an error is about, and the line (from 1) on which its innermost part stands that the file has.

    What pydantic puts between two fields, such as the kind that was chosen, is no field and is left out.
    """
    location = error["loc"]
    node, line, parts = yaml.compose(text, Loader=_Loader), 1, list[str | int]()
    for part in location:
        found = _child(node, part)
        if found is not None:
            node, line = found[1], found[0].start_mark.line + 1
            parts.append(part)
    missing = location[-1:] if error["type"] == "missing" else ()
    return ".".join(str(part) for part in (*parts, *missing)) or "the file", line


def _child(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """What stands at a part of a node: where it begins, and itself."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


def load_yaml(path: Path, model: type[M], *, what: str) -> M:
    """Read a YAML file into a model.

    Args:
        path: the file.
        model: the Pydantic model that it must fit.
        what: what the file is called in errors, such as `RUNBOOKS_POLICY`.

    Raises:
        InputError: the file can't be read or does not fit; names the field and its line.
    """
    text = _read(path, what)
    try:
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader with fewer words
        return model.model_validate(_booleans(content if content is not None else {}))
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        raise InputError(what, f"{path}{where} is not YAML ({getattr(exc, 'problem', exc)})") from exc
    except (RecursionError, ValueError) as exc:
        if not isinstance(exc, ValidationError):
            raise InputError(what, f"{path} is not YAML that can be read ({type(exc).__name__})") from exc
        first = exc.errors()[0]
        field, line = _place_of(text, first)
        raise InputError(f"{what} {field}", f"{path} line {line}: {first['msg']}") from exc
